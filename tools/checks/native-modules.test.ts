import { describe, expect, it } from 'vitest';
import { projectRoot } from '../launch/child.ts';
import { nativeKind, nativeModules } from './native-modules.ts';

const binaryWith = (...symbols: string[]) => Buffer.from(`\x7fELF\0${symbols.join('\0')}\0`, 'latin1');

describe('native modules', () => {
  const modules = nativeModules(projectRoot);

  it('that are installed do without plain V8, so that one binary serves Node and Electron', () => {
    // Some packages ship an empty file for systems where they need none: no symbols, no harm.
    expect(modules.filter(({ kind }) => kind === 'plain-v8')).toEqual([]);
  });

  it.each(['better-sqlite3', '@serialport/bindings-cpp'])('of %s all speak Node-API', (name) => {
    const its = modules.filter(({ path }) => path.startsWith(`node_modules/${name}/`));
    expect(its.length).toBeGreaterThan(0);
    expect(its.filter(({ kind }) => kind !== 'node-api')).toEqual([]);
  });

  it('built on plain V8 are recognised on Linux, macOS and Windows', () => {
    expect(nativeKind(binaryWith('_ZN2v811HandleScopeC1EPNS_7IsolateE'))).toBe('plain-v8');
    expect(nativeKind(binaryWith('node_module_register', 'napi_create_function'))).toBe('plain-v8');
    expect(nativeKind(binaryWith('?GetCurrent@Isolate@v8@@SAPEAV12@XZ'))).toBe('plain-v8');
  });

  it('built on Node-API are recognised', () => {
    expect(nativeKind(binaryWith('napi_register_module_v1'))).toBe('node-api');
  });
});
