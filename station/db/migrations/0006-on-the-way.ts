/** What the driver's phone said of the way to a pickup, JSON: `saidAtMs` by the server's clock, `expectedAtMs` by ours. */
export const onTheWay = `
ALTER TABLE pickups ADD COLUMN on_the_way TEXT;
`;
