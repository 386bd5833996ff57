import { connect, type Socket } from 'node:net';

/** A connection to a service, to send it whatever bytes; `text` is what came back by now, `ended` resolves with all of it. */
export function rawConnection(url: string): { socket: Socket; text: () => string; ended: Promise<string> } {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
  });
  socket.on('error', () => {}); // it closes, which is what counts
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
  return { socket, text: () => text, ended };
}

/** Sends bytes and gives all that comes back until the connection ends. */
export function exchange(url: string, bytes: string): Promise<string> {
  const { socket, ended } = rawConnection(url);
  socket.write(bytes, 'latin1');
  return ended;
}
