import type { Live } from '../live/use-live.ts';
import { readable } from '../parts/text.ts';

/** What keeps the page from being up to date, or the app from running. */
export function Banners({ connection, lesson }: Pick<Live, 'connection' | 'lesson'>) {
  const app = lesson?.app;
  const stopped = app && (app.state === 'ended' || app.state === 'stopped');
  return (
    <div class="banners" role="alert">
      {connection === 'lost' && (
        <p class="banner bad">
          <strong>The workshop does not answer.</strong> This is what was here last; the page goes on by
          itself once it is back.
        </p>
      )}
      {connection !== 'lost' && stopped && (
        <p class="banner warn">
          <strong>The app {app.state === 'ended' ? 'ended' : 'is stopped'}.</strong>{' '}
          <bdi>{readable(app.message ?? 'It starts again at the next save.')}</bdi>
        </p>
      )}
    </div>
  );
}
