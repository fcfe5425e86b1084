import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useShortcuts } from '../parts/shortcuts.ts';
import { TreeGridRow } from './tree-grid-row.tsx';
import { type TreeNode, type TreeRow, visibleRows } from './tree-rows.ts';
import { useWindow } from './use-window.ts';

export interface TreeGridProps<Node> {
  readonly label: string;
  readonly roots: readonly Node[];
  readonly keyOf: (node: Node) => string;
  /** The cells of the header, each with the role `columnheader`. */
  readonly header: ComponentChildren;
  /** The name's cell without its fold button. */
  readonly name: (row: TreeRow<Node>) => ComponentChildren;
  /** The cells behind the name, each with the role `gridcell`. */
  readonly cells: (row: TreeRow<Node>) => ComponentChildren;
  readonly rowClass?: (node: Node) => string;
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
  readonly rowHeight: number;
  readonly class: string;
}

/** A tree in columns, of which only the rows in sight are in the page. https://www.w3.org/WAI/ARIA/apg/patterns/treegrid/ */
export function TreeGrid<Node extends TreeNode<Node>>(props: TreeGridProps<Node>) {
  const { label, roots, keyOf, header, selected, onSelect, rowHeight } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => visibleRows(roots, { keyOf, folded }), [roots, keyOf, folded]);
  const { first, end } = useWindow(scroller, { count: rows.length, rowHeight });
  const at = useMemo(() => rows.findIndex(({ key }) => key === selected), [rows, selected]);

  const toggle = ({ key, folded: isFolded }: TreeRow<Node>) => {
    setFolded((last) => new Set(isFolded ? [...last].filter((one) => one !== key) : [...last, key]));
  };
  const select = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    scroller.current?.focus({ preventScroll: true });
    if (row) onSelect(row.key);
  };
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
  const [row] = at < 0 ? [] : rows.slice(at, at + 1);
  const keys: Record<string, () => void> = {
    ArrowDown: () => select(at + 1),
    ArrowUp: () => select(at - 1),
    PageDown: () => select(at + page()),
    PageUp: () => select(at - page()),
    Home: () => select(0),
    End: () => select(rows.length - 1),
    ArrowLeft: () => {
      if (row && !row.folded && row.node.children.length > 0) toggle(row);
      else if (row?.parent) onSelect(row.parent.key);
    },
    ArrowRight: () => {
      if (row?.folded) toggle(row);
      else if (row && row.node.children.length > 0) select(at + 1);
    },
    Enter: () => {
      if (row && row.node.children.length > 0) toggle(row);
    },
  };
  useShortcuts({
    j: () => select(at + 1),
    k: () => select(at - 1),
    g: () => select(0),
    G: () => select(rows.length - 1),
  });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || at < 0) return;
    const headerHeight = (element.firstElementChild as HTMLElement | null)?.offsetHeight ?? 0;
    const above = at * rowHeight - element.scrollTop;
    const below = above + headerHeight + rowHeight - element.clientHeight;
    if (above < 0) element.scrollTop += above;
    else if (below > 0) element.scrollTop += below;
  }, [at, rowHeight]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]?.();
  };
  const active = at >= first && at < end ? rowId(at) : undefined;
  return (
    <div
      ref={scroller}
      class={`tree-grid ${props.class}`}
      role="treegrid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={active}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" class="tree-grid-head">
        <div role="row" aria-rowindex={1} class="columns">
          {header}
        </div>
      </div>
      <div role="rowgroup" class="tree-grid-body" style={{ height: rows.length * rowHeight }}>
        {rows.slice(first, end).map((row, index) => (
          <TreeGridRow
            key={row.key}
            id={rowId(first + index)}
            row={row}
            index={first + index}
            rowHeight={rowHeight}
            selected={row.key === selected}
            class={props.rowClass?.(row.node) ?? ''}
            onSelect={() => select(first + index)}
            onToggle={() => toggle(row)}
            name={props.name(row)}
            cells={props.cells(row)}
          />
        ))}
      </div>
    </div>
  );
}

function rowId(index: number): string {
  return `row-${index}`;
}
