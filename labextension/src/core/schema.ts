/**
 * A tool's JSON Schema as a form needs it: what kind of field each parameter is, and what is wrong with a value. The kernel
 * reads the arguments with the tool's real types; what passes here may still be refused there, with words for the field.
 */

export type Schema = Record<string, unknown>;
export type Kind = 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'json';

export interface Field {
  name: string;
  kind: Kind;
  /** Whether null is a value of it, beside those of its kind. */
  nullable: boolean;
  required: boolean;
  /** Its default as JSON text; undefined where the schema tells none. */
  fallback?: string;
  choices: unknown[];
  description: string;
  /** What it takes, in a few words. */
  takes: string;
  schema: Schema;
}

/** Where something is wrong (`filter.since`, '' for the whole), and what. */
export type Problem = [place: string, text: string];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []);
const schemas = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** A schema without its references, which lead into the `$defs` of `root`. */
export function resolved(schema: unknown, root: Schema, depth = 0): Schema {
  if (!isObject(schema)) return {};
  const name = typeof schema.$ref === 'string' ? /^#\/\$defs\/(.+)$/.exec(schema.$ref)?.[1] : undefined;
  if (name === undefined || depth > 8) return schema;
  const found = isObject(root.$defs) ? root.$defs[name.replace(/~1/g, '/').replace(/~0/g, '~')] : undefined;
  const { $ref: _, ...beside } = schema;
  return { ...resolved(found, root, depth + 1), ...beside };
}

/** The parameters of a tool, in their order. */
export function fields(root: Schema): Field[] {
  const required = new Set(texts(root.required));
  return Object.entries(isObject(root.properties) ? root.properties : {}).map(([name, raw]) => {
    const whole = resolved(raw, root);
    const branches = schemas(whole.anyOf).map(branch => resolved(branch, root));
    const others = branches.filter(branch => branch.type !== 'null');
    const nullable = others.length < branches.length;
    const schema = others.length === 1 ? { ...others[0]!, ...(whole.description ? { description: whole.description } : {}) } : whole;
    const choices = choicesOf(schema, others, root);
    const kind = choices.length ? 'choice' : kindOf(schema);
    return {
      name, kind, nullable, choices, schema: whole, required: required.has(name), description: typeof whole.description === 'string' ? whole.description : typeof schema.description === 'string' ? schema.description : '',
      takes: takes(schema, kind, nullable), ...('default' in whole ? { fallback: JSON.stringify(whole.default) } : {})
    };
  });
}

function choicesOf(schema: Schema, branches: Schema[], root: Schema): unknown[] {
  if (Array.isArray(schema.enum)) return schema.enum;
  if ('const' in schema) return [schema.const];
  const all = branches.map(branch => resolved(branch, root));
  return all.length > 1 && all.every(branch => 'const' in branch || Array.isArray(branch.enum)) ? all.flatMap(branch => ('const' in branch ? [branch.const] : (branch.enum as unknown[]))) : [];
}

function kindOf(schema: Schema): Kind {
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
    case 'boolean':
      return schema.type;
    default:
      return 'json';
  }
}

function takes(schema: Schema, kind: Kind, nullable: boolean): string {
  const items = isObject(schema.items) && typeof schema.items.type === 'string' ? ` of ${schema.items.type}s` : '';
  const json = schema.type === 'array' ? `list${items}, as JSON` : schema.type === 'object' ? 'object, as JSON' : 'JSON';
  const what = { text: 'text', number: 'number', integer: 'whole number', boolean: 'yes or no', choice: '', json }[kind];
  const limits: string[] = [];
  for (const [key, sign] of [['minimum', '≥'], ['exclusiveMinimum', '>'], ['maximum', '≤'], ['exclusiveMaximum', '<']] as const) {
    if (typeof schema[key] === 'number') limits.push(`${sign} ${schema[key]}`);
  }
  if (typeof schema.format === 'string') limits.push(schema.format);
  return [what, ...limits, ...(nullable && kind !== 'choice' ? ['or none'] : [])].filter(Boolean).join(', ');
}

/** What is wrong with a value by its schema: at most one problem a place. */
export function problems(value: unknown, raw: unknown, root: Schema, place = '', depth = 0): Problem[] {
  const schema = resolved(raw, root);
  if (depth > 32) return [];
  const branches = schemas(schema.anyOf ?? schema.oneOf);
  if (branches.length) {
    const tried = branches.map(branch => problems(value, branch, root, place, depth + 1));
    // the branch that was meant is the one of the value's type
    return tried.some(found => !found.length) ? [] : (tried.find(found => found.some(([where]) => where !== place)) ?? [[place, expected(branches, root)]]);
  }
  const wrong = wrongType(value, schema) ?? wrongValue(value, schema);
  if (wrong !== null) return [[place, wrong]];
  const step = (key: string | number): string => (place ? `${place}.${key}` : String(key));
  if (Array.isArray(value)) return isObject(schema.items) ? value.flatMap((each, i) => problems(each, schema.items, root, step(i), depth + 1)) : [];
  if (!isObject(value)) return [];
  const known = isObject(schema.properties) ? schema.properties : {};
  return [
    ...texts(schema.required).filter(key => !(key in value)).map((key): Problem => [step(key), 'is needed']),
    ...Object.entries(value).flatMap(([key, each]): Problem[] => {
      if (key in known) return problems(each, known[key], root, step(key), depth + 1);
      if (schema.additionalProperties === false) return [[step(key), `is not one of ${Object.keys(known).join(', ') || 'its parameters, for it has none'}`]];
      return isObject(schema.additionalProperties) ? problems(each, schema.additionalProperties, root, step(key), depth + 1) : [];
    })
  ];
}

const expected = (branches: Schema[], root: Schema): string =>
  `must be ${[...new Set(branches.map(branch => resolved(branch, root)).map(branch => ('const' in branch ? JSON.stringify(branch.const) : branch.type === 'null' ? 'none' : String(branch.type ?? 'something else'))))].join(' or ')}`;

const TYPES: Record<string, [string, (value: unknown) => boolean]> = {
  string: ['a text', value => typeof value === 'string'],
  integer: ['a whole number', value => typeof value === 'number' && Number.isInteger(value)],
  number: ['a number', value => typeof value === 'number'],
  boolean: ['true or false', value => typeof value === 'boolean'],
  array: ['a list', Array.isArray],
  object: ['an object', isObject],
  null: ['null', value => value === null]
};

function wrongType(value: unknown, schema: Schema): string | null {
  const types = typeof schema.type === 'string' ? [schema.type] : texts(schema.type);
  const known = types.flatMap(type => (TYPES[type] ? [TYPES[type]] : []));
  return !known.length || known.some(([, fits]) => fits(value)) ? null : `must be ${known.map(([name]) => name).join(' or ')}`;
}

function wrongValue(value: unknown, schema: Schema): string | null {
  const same = (other: unknown) => JSON.stringify(other) === JSON.stringify(value);
  if (Array.isArray(schema.enum) && !schema.enum.some(same)) return `must be one of ${schema.enum.map(each => JSON.stringify(each)).join(', ')}`;
  if ('const' in schema && !same(schema.const)) return `must be ${JSON.stringify(schema.const)}`;
  const limit = (key: string): number | undefined => (typeof schema[key] === 'number' ? schema[key] : undefined);
  const size = typeof value === 'number' ? value : NaN;
  if (size < (limit('minimum') ?? -Infinity)) return `must be at least ${limit('minimum')}`;
  if (size > (limit('maximum') ?? Infinity)) return `must be at most ${limit('maximum')}`;
  if (size <= (limit('exclusiveMinimum') ?? -Infinity)) return `must be more than ${limit('exclusiveMinimum')}`;
  if (size >= (limit('exclusiveMaximum') ?? Infinity)) return `must be less than ${limit('exclusiveMaximum')}`;
  const [length, least, most, unit] = typeof value === 'string' ? [[...value].length, 'minLength', 'maxLength', 'characters'] as const : Array.isArray(value) ? [value.length, 'minItems', 'maxItems', 'entries'] as const : [NaN, '', '', ''] as const;
  if (length < (limit(least) ?? 0)) return `must have at least ${limit(least)} ${unit}`;
  if (length > (limit(most) ?? Infinity)) return `must have at most ${limit(most)} ${unit}`;
  if (typeof value === 'string' && typeof schema.pattern === 'string' && !matches(schema.pattern, value)) return `must match ${schema.pattern}`;
  return null;
}

/** Whether a text fits a pattern of the kernel's; one that this page cannot read is the kernel's to check. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}
