/** A kiosk without a screen: the station contract over its WebSocket. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { StationContract } from '../../shared/station-contract/index.ts';
import { demoPeople } from './world.ts';

export type StationClient = ContractRouterClient<StationContract>;

export interface StationConnection {
  api: StationClient;
  close(): void;
}

export async function connectStation(url: string, token: () => string | null): Promise<StationConnection> {
  const address = new URL('/rpc', url);
  address.protocol = 'ws:';
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('the station refused the WebSocket')), {
      once: true,
    });
  });
  const link = new RPCLink({
    websocket: socket,
    headers: () => {
      const value = token();
      return value === null ? {} : { authorization: `Bearer ${value}` };
    },
  });
  return { api: createORPCClient(link), close: () => socket.close() };
}

export async function signedIn(url: string, who: keyof typeof demoPeople): Promise<StationConnection> {
  let token: string | null = null;
  const connection = await connectStation(url, () => token);
  const { people } = await connection.api.session.options({});
  const person = people.find((p) => p.displayName === demoPeople[who].name);
  if (person === undefined) throw new Error(`no ${who} among the people of the station`);
  ({ token } = await connection.api.session.signIn({ staffId: person.staffId, pin: demoPeople[who].pin }));
  return connection;
}
