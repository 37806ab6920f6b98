import { describe, expect, it } from 'vitest';
import { projectRoot } from '../launch/child.ts';
import { nativeKind, nativeModules } from './native-modules.ts';

const binaryWith = (...symbols: string[]) => Buffer.from(`\x7fELF\0${symbols.join('\0')}\0`, 'latin1');

describe('native modules', () => {
  it('that are installed all speak Node-API, so that one binary serves Node and Electron', () => {
    const modules = nativeModules(projectRoot);
    expect(modules.filter(({ kind }) => kind !== 'node-api')).toEqual([]);
  });

  it.each(['better-sqlite3', '@serialport/bindings-cpp'])('of %s are among those looked at', (name) => {
    const paths = nativeModules(projectRoot).map(({ path }) => path);
    expect(paths.some((path) => path.startsWith(`node_modules/${name}/`))).toBe(true);
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
