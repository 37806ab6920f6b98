/** The API reference as one page of static HTML, made from the OpenAPI document: no script, nothing fetched. */
import { isReference, isSchema, type Json, type ReferenceDocument } from './reference-shapes.ts';

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

/** A schema in one line, as a person would write it. */
export function schemaInWords(schema: Json, depth = 0): string {
  if (isReference(schema)) return schema.$ref.split('/').at(-1) ?? '';
  if (!isSchema(schema)) return 'anything';
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined) return alternatives.map((s) => schemaInWords(s, depth)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((v) => JSON.stringify(v)).join(' | ');
  if (schema.type === 'array') return `[ ${schemaInWords(schema.items ?? {}, depth)} … ]`;
  if (schema.properties === undefined) return `${schema.type ?? 'anything'}`;
  const pad = '  '.repeat(depth + 1);
  const needed = new Set(schema.required);
  const lines = Object.entries(schema.properties).map(
    ([name, s]) => `${pad}${name}${needed.has(name) ? '' : '?'}: ${schemaInWords(s, depth + 1)}`,
  );
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
pre{background:#8881;padding:.75rem;overflow:auto}h3{margin-top:2.5rem}code,pre{font-size:.875rem}
table{border-collapse:collapse}td,th{padding:.25rem .75rem;text-align:left;border-bottom:1px solid #8884}
:root{color-scheme:light dark}`;

/** @param problems every stable code with its status and title */
export function referencePage(
  document: ReferenceDocument,
  problems: readonly { code: string; status: number; title: string }[],
): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods ?? {}).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  );
  const anchor = (method: string, path: string) => `${method}-${path}`.replace(/[^A-Za-z0-9]+/g, '-');
  const tags = document.tags ?? [];
  const of = (tag: string) => operations.filter((o) => o.operation.tags?.includes(tag));
  const content = (title: string, parts: Record<string, { schema?: Json }> | undefined) =>
    Object.entries(parts ?? {})
      .map(
        ([type, { schema }]) =>
          `<p>${escaped(title)} <code>${escaped(type)}</code></p><pre>${escaped(schemaInWords(schema ?? {}))}</pre>`,
      )
      .join('');
  const section = (tag: string, description: string) =>
    `<h2 id="${tag}">${escaped(tag)}</h2><p>${escaped(description)}</p>${of(tag)
      .map(({ path, method, operation }) => {
        const rows = (operation.parameters ?? [])
          .map(
            (p) =>
              `<tr><td><code>${escaped(p.name)}</code></td><td>${escaped(p.in)}</td><td>${p.required === true ? 'needed' : ''}</td><td>${escaped(p.description ?? '')}</td></tr>`,
          )
          .join('');
        const answers = Object.entries(operation.responses ?? {})
          .map(([status, r]) =>
            Object.keys(r.content ?? {}).includes('application/problem+json')
              ? `<p><code>${status}</code> ${escaped(r.description ?? '')}</p>`
              : content(status, r.content),
          )
          .join('');
        return `<h3 id="${anchor(method, path)}"><code>${method} ${escaped(path)}</code></h3>${
          rows === '' ? '' : `<table>${rows}</table>`
        }${content('Request', operation.requestBody?.content)}${answers}`;
      })
      .join('')}`;
  const contents = tags
    .map(
      ({ name }) =>
        `<li><a href="#${name}">${escaped(name)}</a><ul>${of(name)
          .map(
            (o) =>
              `<li><a href="#${anchor(o.method, o.path)}"><code>${o.method} ${escaped(o.path)}</code></a></li>`,
          )
          .join('')}</ul></li>`,
    )
    .join('');
  const codes = problems
    .map((p) => `<tr><td><code>${p.code}</code></td><td>${p.status}</td><td>${escaped(p.title)}</td></tr>`)
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(
    document.info.title,
  )}</title><style>${style}</style></head><body><h1>${escaped(document.info.title)} ${escaped(
    document.info.version,
  )}</h1><p>${escaped(document.info.description ?? '')}</p><ul>${contents}</ul>${tags
    .map((tag) => section(tag.name, tag.description ?? ''))
    .join('')}<h2 id="problems">Problems</h2><table>${codes}</table></body></html>`;
}
