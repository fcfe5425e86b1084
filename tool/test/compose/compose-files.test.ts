import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parser as traceql } from '@grafana/lezer-traceql';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { composeFolder, listSetUps, mounts, readConfiguration, type SetUp } from './compose-files.ts';

const setUps = listSetUps();

const isValid = compileSchema();

test('there is a set-up for each backend that the workshop names', () => {
  expect(setUps.map(({ name }) => name)).toEqual(['collector', 'jaeger-badger', 'jaeger', 'tempo', 'zipkin']);
});

test('a service with a misspelt key is not valid', () => {
  expect(isValid({ services: { jaeger: { image: 'jaeger:1.0.0', healthchek: {} } } })).toBe(false);
});

describe.each(setUps)('compose/$name.yaml', ({ file }) => {
  const services = Object.entries(file.services);

  test('is valid against the compose specification', () => {
    isValid(file);

    expect(isValid.errors).toBeNull();
  });

  test.each(services)('%s has an image of one certain version', (_, { image }) => {
    expect(image).toMatch(/^[\w./-]+:\d+\.\d+\.\d+$/);
  });

  test.each(services)('%s listens on loopback only, unless somebody asks for more', (_, { ports = [] }) => {
    for (const port of ports)
      expect(port).toMatch(/^(127\.0\.0\.1|\$\{OTLP_ADDRESS:-127\.0\.0\.1\}):\d+:\d+$/);
  });

  test.each(services)('%s has a limit of memory', (_, { mem_limit }) => {
    expect(mem_limit).toMatch(/^\d+[mg]$/);
  });

  test.each(services)('%s can be asked how it is, by itself or by a service beside it', (name, service) => {
    const own = service.healthcheck?.test.join(' ');
    const beside = file.services[`${name}-health`]?.healthcheck?.test.join(' ');

    expect(own ?? beside).toMatch(own ? /^CMD wget .*http:/ : new RegExp(`^CMD wget .*http://${name}:\\d+/`));
  });

  test.each(services)('%s asks for no right that it does not need', (_, service) => {
    expect(service).toMatchObject({ security_opt: ['no-new-privileges:true'] });
    for (const key of [
      'privileged',
      'cap_add',
      'network_mode',
      'pid',
      'ipc',
      'devices',
      'user',
      'env_file',
    ]) {
      expect(service).not.toHaveProperty(key);
    }
  });

  test.each(services)('%s reads configuration that is there, and cannot change it', (_, service) => {
    for (const { source, options } of mounts(service).filter(({ source }) => source.startsWith('.'))) {
      expect(existsSync(path.join(composeFolder, source)), source).toBe(true);
      expect(options).toContain('ro');
      expect(readConfiguration(source)).toBeTypeOf('object');
    }
  });

  test('keeps what it keeps in named volumes, and has no other', () => {
    const named = services
      .flatMap(([, service]) => mounts(service))
      .filter(({ source }) => !source.startsWith('.'));

    expect(named.map(({ source }) => source)).toEqual(Object.keys(file.volumes ?? {}));
  });

  test('prints addresses that it publishes, and takes OTLP where every exporter sends it', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports.map((port) => port.split(':').at(-2)));
    const printed = file['x-workshop'].addresses.map(({ url }) => url.split(':').at(-1));

    expect(printed.toSorted()).toEqual(published.toSorted());
    expect(published).toEqual(expect.arrayContaining(['4317', '4318']));
  });

  test('waits only for services that it has', () => {
    const awaited = services.flatMap(([, service]) => Object.keys(service.depends_on ?? {}));

    expect(Object.keys(file.services)).toEqual(expect.arrayContaining(awaited));
  });
});

test('one image has one version in all set-ups', () => {
  const images = new Set(
    setUps.flatMap(({ file }) => Object.values(file.services).map(({ image = '' }) => image)),
  );
  const names = [...images].map((image) => image.split(':')[0]);

  expect(names).toEqual([...new Set(names)]);
});

interface Pipelines {
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  };
  readonly [section: string]: unknown;
}

describe.each(pipelineFiles(setUps))('compose/%s', (file) => {
  const config = readConfiguration(file) as Pipelines;
  const used = [config.service, ...Object.values(config.service.pipelines)];

  test.each(['extensions', 'receivers', 'processors', 'exporters'])('uses the %s that it has', (section) => {
    const names = used.flatMap((part) => (part as Record<string, readonly string[]>)[section] ?? []);

    expect(names.toSorted()).toEqual(Object.keys(config[section] ?? {}).toSorted());
  });
});

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly {
    readonly datasource: { readonly uid: string };
    readonly targets: readonly { readonly query: string; readonly datasource: { readonly uid: string } }[];
  }[];
}

test("the dashboard asks Grafana's one data source", () => {
  const { datasources } = readConfiguration('tempo/datasource.yaml') as { datasources: { uid: string }[] };
  const { panels } = readConfiguration('tempo/shop.json') as Dashboard;
  const asked = panels.flatMap(({ datasource, targets }) => [
    datasource,
    ...targets.map((target) => target.datasource),
  ]);

  expect(new Set(asked.map(({ uid }) => uid))).toEqual(new Set(datasources.map(({ uid }) => uid)));
});

test.each(dashboardQueries())("the dashboard's %s is TraceQL, by Grafana's own grammar", (query) => {
  const wrong: string[] = [];
  traceql.parse(query).iterate({
    enter: ({ type, from }) => {
      if (type.isError) wrong.push(query.slice(from));
    },
  });
  expect(wrong).toEqual([]);
});

function dashboardQueries(): string[] {
  const { panels } = readConfiguration('tempo/shop.json') as Dashboard;
  return panels.flatMap(({ targets }) => targets.map(({ query }) => query));
}

/** The specification's JSON schema, as the linter `dclint` ships it. https://github.com/compose-spec/compose-spec */
function compileSchema() {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve('dclint/package.json'));
  const { $id: _, ...schema } = require(path.join(folder, 'schemas/compose.schema.json'));
  // The schema says draft-07 with https, which is how nobody else spells it.
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  return ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });
}

/** The configurations that have pipelines: the Collector's, and Jaeger's, which is one. */
function pipelineFiles(all: readonly SetUp[]): string[] {
  const sources = all.flatMap(({ file }) => Object.values(file.services)).flatMap(mounts);
  const files = sources.map(({ source }) => source).filter((source) => source.endsWith('.yaml'));
  const withPipelines = (file: string) => (readConfiguration(file) as Partial<Pipelines>).service?.pipelines;
  return [...new Set(files)].filter(withPipelines).map((file) => path.normalize(file));
}
