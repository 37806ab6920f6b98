/**
 * Loaded before a launched program (`--import`): should the program that launched it vanish without a
 * word (kill -9, a closed terminal), the channel to it closes and this one ends cleanly too.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel alone shall not keep the program running.
process.channel?.unref();
