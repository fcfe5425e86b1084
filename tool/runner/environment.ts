export interface EnvironmentOptions {
  /** What the workshop itself was started with. */
  readonly inherited: NodeJS.ProcessEnv;
  /**
   * In a check the learner's own OpenTelemetry, Node and tsx settings would falsify the verdict (`OTEL_SDK_DISABLED`,
   * a sampler, a debugger in `NODE_OPTIONS`), so they stay out; in a step they are what the learner is trying out.
   */
  readonly neutral: boolean;
  /** Set last, so that nothing inherited wins over it. */
  readonly settings: Readonly<Record<string, string>>;
}

// Coverage and vitest belong to the process that starts the app, never to the app.
const NEVER = /^(NODE_V8_COVERAGE|NODE_CHANNEL_FD|NODE_UNIQUE_ID|VITEST.*)$/i;

// vitest sets these for its workers; NODE_ENV=test alone makes Express silent about errors.
const SET_BY_VITEST = /^(NODE_ENV|TEST|MODE|DEV|PROD|SSR|BASE_URL)$/i;

// A signal's own endpoint wins over the general one, and the spans would never reach the workshop's receiver.
const OVERRIDES_ENDPOINT = /^OTEL_EXPORTER_OTLP_(TRACES|METRICS|LOGS)_ENDPOINT$/i;

const NOT_NEUTRAL =
  /^(OTEL_.*|NODE_OPTIONS|NODE_ENV|NODE_DEBUG|NODE_PATH|TSX_.*|ESBUILD_.*|GRPC_.*|UPSTREAM_TIMEOUT_MS)$/i;

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

// grpc-js reads the first and second, Node and most HTTP clients the second or third.
const NO_PROXY_VARIABLES = ['no_grpc_proxy', 'no_proxy', 'NO_PROXY'];

/** The environment of the app: the inherited one without what would falsify, proxies kept away from loopback. */
export function appEnvironment({ inherited, neutral, settings }: EnvironmentOptions): NodeJS.ProcessEnv {
  const vitest = inherited.VITEST !== undefined;
  const kept = Object.entries(inherited).filter(
    ([name]) =>
      !NEVER.test(name) &&
      !OVERRIDES_ENDPOINT.test(name) &&
      !(vitest && SET_BY_VITEST.test(name)) &&
      !(neutral && NOT_NEUTRAL.test(name)),
  );
  const environment = Object.fromEntries(kept);
  return { ...environment, ...noProxy(environment), ...settings };
}

function noProxy(environment: NodeJS.ProcessEnv): Record<string, string> {
  const listed = NO_PROXY_VARIABLES.flatMap((name) => environment[name]?.split(',') ?? []);
  const hosts = [...new Set([...listed.map((host) => host.trim()).filter(Boolean), ...LOOPBACK])].join(',');
  return Object.fromEntries(NO_PROXY_VARIABLES.map((name) => [name, hosts]));
}
