/** Answers and headers that all web servers of the station share. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export const plainHeaders = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/**
 * No Strict-Transport-Security: with it a browser lets nobody past the warning about a certificate that it does
 * not know yet.
 *
 * @param host The checked Host header: the page may open a WebSocket to where it came from, only.
 */
export function securityHeaders(scheme: 'http' | 'https', host: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "font-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' ${scheme === 'https' ? 'wss' : 'ws'}://${host}`,
      "media-src 'self' data:",
      "manifest-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), bluetooth=(), serial=(), usb=()',
  };
}

export function end(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  const body = `${text}\n`;
  response.writeHead(status, { ...plainHeaders, ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function endJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  end(request, response, status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}
