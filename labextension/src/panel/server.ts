/** The panel's way to the Jupyter server, which knows the runs of the machine: for when no kernel can be asked. */

import type { ServerConnection } from '@jupyterlab/services';

const AGAIN = 5000; // milliseconds before a server that did not answer is asked again

export class Server {
  private socket: WebSocket | null = null;
  private missing = false; // this server has no nbagent
  private tried = 0;

  constructor(private settings: ServerConnection.ISettings, private hears: (message: unknown) => void) {}

  /** Whether there is anybody to ask. */
  get there(): boolean {
    return this.socket?.readyState === 1;
  }

  ask(message: Record<string, unknown>): void {
    if (this.there) this.socket!.send(JSON.stringify(message));
  }

  /** Ask this server from now on; it greets as soon as it hears. */
  open(): void {
    if (this.socket || this.missing) return;
    const { wsUrl, token, appendToken } = this.settings;
    const url = `${wsUrl.replace(/\/*$/, '/')}nbagent/panel` + (appendToken && token ? `?token=${encodeURIComponent(token)}` : '');
    const socket = (this.socket = new this.settings.WebSocket(url));
    this.tried = performance.now();
    let greeted = false;
    socket.onmessage = event => {
      greeted = true;
      if (this.socket === socket) this.hears(JSON.parse(String(event.data)));
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.missing = !greeted;
    };
  }

  /** Time goes on: a server that went away is asked again. */
  tick(): void {
    if (!this.socket && performance.now() - this.tried > AGAIN) this.open();
  }

  close(): void {
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }
}
