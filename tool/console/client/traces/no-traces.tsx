import { CopyButton } from '../parts/copy-button.tsx';

/** In place of the list while it is empty: what to do so that it no longer is. */
export function NoTraces({
  filtered,
  appUrl,
}: {
  readonly filtered: boolean;
  readonly appUrl: string | undefined;
}) {
  if (filtered) return <p class="empty">No trace matches the filter.</p>;
  const command = `curl ${appUrl ?? 'http://localhost:3000'}/items`;
  return (
    <div class="empty">
      <p>No trace has arrived yet. Ask the app for something:</p>
      <p class="command">
        <code>{command}</code>
        <CopyButton label="Copy" text={() => command} />
      </p>
      <p class="none">
        A trace comes half a second after its last span has ended. In step 1 there is none: the app is not
        traced.
      </p>
    </div>
  );
}
