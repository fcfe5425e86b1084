// Windows cannot deliver a signal, and an app that never hears one never flushes its last spans.
if (process.channel) {
  process.on('message', (message) => {
    if (message !== 'SIGTERM' && message !== 'SIGINT') return;
    if (!process.emit(message, message)) process.kill(process.pid, message);
  });
  // The workshop's channel alone must not keep the app running.
  process.channel.unref();
}
