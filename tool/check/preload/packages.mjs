import module from 'node:module';
import { tell } from './tell.mjs';

let toldLoadingAt = Number.NEGATIVE_INFINITY;

/** tsx asks for the source maps of everything. Those of the packages take a while to read, and explain no learner's line. */
export function skipSourceMapsOfPackages() {
  const { setSourceMapsSupport } = module;
  if (!setSourceMapsSupport) return;
  process.setSourceMapsEnabled = (enabled) =>
    setSourceMapsSupport(enabled, { nodeModules: false, generatedCode: enabled });
}

/**
 * tsx reads every file of every package, to see whether it has to be translated. Those that are installed are JavaScript,
 * which Node loads by itself to the same effect, and a quarter of the app's start is saved.
 */
export function leavePackagesToNode() {
  leaveToNode(module._extensions, '.js', (_module, file) => {
    tellLoading();
    return inPackage(file);
  });
  leaveToNode(module, '_resolveFilename', (_request, parent) => inPackage(parent?.filename));
}

/** What is put in the place of Node's own function is called for the learner's files alone. */
function leaveToNode(object, name, isNodes) {
  const own = object[name];
  let current = own;
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (replacement) => {
      current = function (...args) {
        return (isNodes(...args) ? own : replacement).apply(this, args);
      };
    },
  });
}

/** Once a second at most. */
function tellLoading() {
  if (performance.now() - toldLoadingAt < 1_000) return;
  toldLoadingAt = performance.now();
  tell({ type: 'loading' });
}

function inPackage(file) {
  return /[\\/]node_modules[\\/]/.test(file ?? '');
}
