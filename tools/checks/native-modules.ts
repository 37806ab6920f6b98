/**
 * One native binary must serve Node and Electron alike.
 *
 * A module built on Node-API (`napi_…`) loads in both. One built on V8's own symbols needs a build per
 * runtime and version: the tests' build then breaks the app and the app's build the tests. This check reads
 * every installed `.node` file's symbols and names those that speak to V8 (or libuv through Node's
 * C++ headers) directly. Symbol names stand as plain text in ELF, Mach-O and PE files alike, so a search of
 * the bytes serves on every system, also for binaries of other systems.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type NativeKind = 'node-api' | 'plain-v8' | 'no-node-symbols';

/** What every Node-API module calls or exports; a module that registers itself has no other way in. */
const nodeApiMarks = ['napi_register_module_v1', 'napi_module_register', 'napi_create_function'];
/**
 * Marks of plain V8 (mangled C++ names of v8::… and node::…): Itanium ABI on Linux and macOS, Microsoft ABI
 * on Windows; and the registration call of Node's C++ addons.
 */
const plainV8Marks = ['_ZN2v8', '_ZNK2v8', '_ZN4node', '@v8@@', '@node@@', 'node_module_register'];

export function nativeKind(binary: Buffer): NativeKind {
  // napi_module_register contains none of the V8 marks, so the order is free of doubt.
  if (plainV8Marks.some((mark) => binary.includes(mark))) return 'plain-v8';
  if (nodeApiMarks.some((mark) => binary.includes(mark))) return 'node-api';
  return 'no-node-symbols';
}

export interface NativeModule {
  /** Path from the project's root, with forward slashes. */
  path: string;
  kind: NativeKind;
}

/** Every `.node` file under node_modules. */
export function nativeModules(root: string): NativeModule[] {
  const found: NativeModule[] = [];
  for (const entry of readdirSync(join(root, 'node_modules'), { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.node')) continue;
    const path = join('node_modules', entry);
    found.push({ path: path.replaceAll('\\', '/'), kind: nativeKind(readFileSync(join(root, path))) });
  }
  return found;
}
