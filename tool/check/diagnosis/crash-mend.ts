import { builtinModules } from 'node:module';
import { mendOfMissingAttribute, mendOfReference } from './crash.ts';
import { functionLike, homeOf, homeOfFunction, nearestExport, nearestName } from './exports.ts';

/** What to do about an error that ended the app. */
export function mendOf(message: string, started: boolean): string {
  if (!started && /^timing\.ts:\d+: TypeError: Cannot read properties of undefined/.test(message))
    return 'It was called without a request: app.use(timing) hands the middleware over, and app.use(timing()) calls it at once.';
  if (/Cannot find package/.test(message))
    return 'Write the name as package.json has it. Where it is right, npm run doctor says what is missing on this machine.';
  if (/^user\.ts:\d+: TypeError: Cannot read properties of undefined/.test(message))
    return 'It was called without a request: app.use(user) hands the middleware over, and app.use(user()) calls it at once.';
  if (/Cannot read private member|Illegal invocation|of undefined \(reading '_/.test(message))
    return 'A method was handed over without its object: write a function around the call, as in (…) => object.method(…).';
  if (/of undefined \(reading 'shouldSample'\)/.test(message))
    return 'The sampler that is to be asked is undefined: it was never assigned, not given to the constructor, or has another name (#others and others are two).';
  if (started && /^sampling\.ts:\d+: TypeError: Cannot read properties of undefined/.test(message))
    return mendOfMissingAttribute;
  if (/\b\w*_VALUE_SQLITE is not exported/.test(message))
    return "Write 'sqlite', or import it from '@opentelemetry/semantic-conventions/incubating'.";
  if (/Cannot find module .*[\\/]app\.ts/.test(message))
    return 'app.ts is gone: npm run reset brings back the files of a step, and keeps what is there in .workshop/backups/.';
  const known =
    mendOfReference(message) ?? mendOfModule(message) ?? mendOfImport(message) ?? mendOfCall(message);
  if (known) return known;
  if (/^[\w./-]+:\d+: /.test(message)) return 'Mend that line, and save.';
  return 'The error names no line of yours: look at what you changed last.';
}

function mendOfModule(message: string): string | undefined {
  const [, builtin] = /No such built-in module: node:(\S+)/.exec(message) ?? [];
  const near = builtin && nearestName(builtin, builtinModules);
  if (near) return `The name nearest to it is node:${near}.`;
  if (/Cannot find module '[\w.-]+'/.test(message))
    return "Write the name as the file has it, with ./ before it and its ending: from './name.ts'.";
  return undefined;
}

function mendOfImport(message: string): string | undefined {
  const [, name = '', from = ''] = /\b(\w+) is not exported by (\S+?)\.?$/m.exec(message) ?? [];
  if (from.startsWith('./'))
    return name === 'default'
      ? `Put the name into braces: import { … } from '${from}'.`
      : `Write ${name} as ${from} has it, and there export before it, without default.`;
  const home = homeOf(name);
  if (home) return `Import it from the package that has it: import { ${name} } from '${home}'.`;
  const near = name && nearestExport(name);
  if (near) return `The name nearest to it is ${near.name}, from '${near.from}'.`;
  const [, called = ''] = /TypeError: (\w+) is not a (?:constructor|function)$/.exec(message) ?? [];
  const package_ = homeOfFunction(called);
  return package_ === undefined
    ? undefined
    : `Put the name into braces: import { ${called} } from '${package_}'. Without them, or with * as, it stands for all that the package exports.`;
}

/** Of a function or method that was called in another way than it is made for. */
export function mendOfCall(message: string): string | undefined {
  const [, name] = /Class constructor (\w+) cannot be invoked without 'new'/.exec(message) ?? [];
  if (name) return `Write new before it: new ${name}( … ).`;
  const [, method = ''] = /\b(?:api|context|trace)\.(\w+) is not a function/.exec(message) ?? [];
  if (/\b\w+\.getValue is not a function/.test(message))
    return 'onStart(span, parentContext) is handed the span first and then the context; elsewhere the context is context.active().';
  if (method === 'setValue')
    return 'setValue() is a method of a context: context.active().setValue(key, value).';
  if (/Method not implemented/.test(message))
    return 'An editor wrote that method, and lets it throw. Where there is nothing to do leave its body empty: async forceFlush() {}.';
  const like = functionLike(method);
  if (like)
    return `It is ${like.name}(), a function of its own: import { ${like.name} } from '${like.from}'.`;
  if (/\.getRawAttributes is not a function/.test(message))
    return "merge() takes a resource and not a plain object: merge(resourceFromAttributes({ 'service.name': 'shop', … })).";
  if (/uv_signal_start EINVAL/.test(message))
    return 'Listen to SIGTERM and SIGINT alone: no process can listen to SIGKILL or SIGSTOP.';
  if (/The "listener" argument must be of type function/.test(message))
    return 'Hand over a function that is not called yet: () => { … }, or its name without parentheses.';
  return undefined;
}
