import type { ComponentChildren } from 'preact';
import { countBelow, type TreeNode, type TreeRow } from './tree-rows.ts';

export interface TreeGridRowProps<Node> {
  readonly id: string;
  readonly row: TreeRow<Node>;
  readonly index: number;
  readonly rowHeight: number;
  readonly selected: boolean;
  readonly class: string;
  readonly onSelect: () => void;
  readonly onToggle: () => void;
  readonly name: ComponentChildren;
  readonly cells: ComponentChildren;
}

/** Deeper rows are indented no further, so that their name keeps its room. */
const DEEPEST_INDENT = 14;

export function TreeGridRow<Node extends TreeNode<Node>>(props: TreeGridRowProps<Node>) {
  const { row, index, rowHeight, selected } = props;
  const expandable = row.node.children.length > 0;
  const state = selected ? 'selected' : '';
  const indent = `${Math.min(row.level - 1, DEEPEST_INDENT) * 0.875}rem`;
  return (
    // Keys are the treegrid's, which has the focus.
    <div
      role="row"
      id={props.id}
      class={`columns tree-grid-row ${state} ${props.class}`}
      style={{ top: index * rowHeight, height: rowHeight }}
      aria-rowindex={index + 2}
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-expanded={expandable ? !row.folded : undefined}
      aria-selected={selected}
      onClick={props.onSelect}
    >
      <div role="gridcell" class="name-cell" style={{ paddingInlineStart: indent }}>
        {expandable ? (
          <span
            class={`fold ${row.folded ? 'folded' : ''}`}
            onClick={(event) => {
              event.stopPropagation();
              props.onToggle();
            }}
          />
        ) : (
          <span class="fold none" />
        )}
        {props.name}
        {row.folded && expandable && <span class="note">+{countBelow(row.node)}</span>}
      </div>
      {props.cells}
    </div>
  );
}
