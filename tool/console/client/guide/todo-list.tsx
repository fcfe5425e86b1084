import type { TodoView } from '../../protocol.ts';
import { CopyButton } from '../parts/copy-button.tsx';

/** What is left to do, with the way into the editor. */
export function TodoList({ todos }: { readonly todos: readonly TodoView[] }) {
  if (todos.length === 0) return null;
  return (
    <section class="todos" aria-label="What is left to do in your files">
      <ul>
        {todos.map(({ number, text, file, line, editorUrl, absolutePath }) => (
          <li class="todo" key={`${file}:${line}`}>
            <p>
              <strong>TODO {number}</strong> {text}
            </p>
            <p class="todo-place">
              <a href={editorUrl} title="Opens in VS Code">
                {file.split('/').at(-1)}:{line}
              </a>
              <CopyButton label="Copy path" text={() => `${absolutePath}:${line}`} class="link-button" />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
