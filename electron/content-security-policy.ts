/**
 * What the kiosk's page may load: its own files, and nothing from any network. The station is reached by a
 * port, not by an address. Mantine writes its theme as a style element: hence 'unsafe-inline' for styles.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
