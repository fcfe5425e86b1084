/** In place of a trace that is still on its way, or not here. */
export function TraceNotThere({ state, traceId }: { readonly state: string; readonly traceId: string }) {
  if (state === 'loading') return <p class="empty">Loading the trace …</p>;
  return (
    <div class="empty">
      <p>
        {state === 'failed'
          ? 'The workshop did not answer. The trace comes once it does.'
          : 'This trace is not here: it never arrived, or it had to go to make room for later ones.'}
      </p>
      <p>
        <code class="id">{traceId}</code>
      </p>
      <p>
        <a href="#/">All traces</a>
      </p>
    </div>
  );
}
