import { writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHub } from '../../../test/hub-server';
import { temporaryDirectory } from '../../../test/temporary';
import { pushModel } from '../push/push-model';
import { reachOf } from './proxy';
import { resolveModelSource } from './resolve-model-source';

/** A proxy that passes on what it is asked for, and notes the lines of its requests. */
async function startProxy({ status }: { status?: number } = {}) {
  const seen: string[] = [];
  const server = createServer((incoming, answer) => {
    seen.push(`${incoming.method} ${incoming.url} ${incoming.headers['proxy-authorization'] ?? ''}`.trim());
    if (status) return answer.writeHead(status).end();
    const { method, headers } = incoming;
    const outgoing = httpRequest(incoming.url!, { method, headers }, (response) => {
      answer.writeHead(response.statusCode!, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(outgoing);
  });
  server.on('connect', (incoming, socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    if (status) return socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
    const [host, port] = incoming.url!.split(':');
    const other = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    socket.pipe(other).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { seen, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const retries = { attempts: 1, delay: 1 };

describe('a proxy of the environment', () => {
  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('brings a model: %s', async (variable) => {
    const hub = await startHub({ 'config.json': '{}', 'tokenizer.json': '{}', 'model.safetensors': 'weights' });
    const proxy = await startProxy();
    const environment = {
      HF_ENDPOINT: hub.endpoint,
      HF_HOME: temporaryDirectory(),
      [variable]: `http://ada:s3cret@${proxy.address}`,
    };
    await resolveModelSource('acme/tiny', { environment, retries });
    const basic = `Basic ${btoa('ada:s3cret')}`;
    expect(proxy.seen[0]).toBe(`HEAD ${hub.endpoint}/acme/tiny/resolve/main/config.json ${basic}`);
    expect(proxy.seen.filter((line) => !line.endsWith(basic))).toEqual([]);
  });

  it('is asked for a tunnel to a hub with TLS, and named with what to do where it refuses', async () => {
    const proxy = await startProxy({ status: 502 });
    const environment = { HF_ENDPOINT: 'https://hub.test', HF_HOME: temporaryDirectory(), HTTPS_PROXY: proxy.address };
    const failed = resolveModelSource('acme/tiny', { environment, retries });
    await expect(failed).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
    await expect(failed).rejects.toThrow(
      `(Proxy response (502) !== 200 when HTTP Tunneling); check the proxy of HTTPS_PROXY (http://${proxy.address}) (with a login: http`,
    );
    expect(proxy.seen).toEqual(['CONNECT hub.test:443']);
  });

  it('that wants a password is said to', async () => {
    const proxy = await startProxy({ status: 407 });
    const environment = {
      HF_ENDPOINT: 'http://hub.test',
      HF_HOME: temporaryDirectory(),
      http_proxy: `ada:s3cret@${proxy.address}`,
    };
    const failed = resolveModelSource('acme/tiny', { environment, retries });
    await expect(failed).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
    await expect(failed).rejects.toThrow(
      `(Proxy Authentication Required (407)); check the proxy of http_proxy (http://${proxy.address}) (with a login: http://user:password@`,
    );
    await expect(failed).rejects.not.toThrow('s3cret');
  });

  it.each([
    ['hub.test', 'https://hub.test', true],
    ['hub.test', 'https://cdn.hub.test', true],
    ['.hub.test', 'https://cdn.hub.test', true],
    ['*.hub.test', 'https://cdn.hub.test', true],
    ['ub.test', 'https://hub.test', false],
    ['localhost, HUB.test', 'https://hub.test', true],
    ['hub.test:8080', 'https://hub.test', false],
    ['hub.test:8080', 'http://hub.test:8080', true],
    ['hub.test:443', 'https://hub.test', true],
    ['localhost,*', 'https://hub.test', true],
    ['10.0.0.0/8', 'http://10.1.2.3', true],
    ['10.0.0.0/8', 'http://11.1.2.3', false],
    ['10.0.0.0/99', 'http://10.0.0.0', false],
    ['::1', 'http://[::1]:8080', true],
    ['[::1]:8080', 'http://[::1]:8080', true],
    ['', 'https://hub.test', false],
  ])('is passed by for hosts of NO_PROXY %j: %s', async (NO_PROXY, url, isDirect) => {
    const reach = await reachOf({ HTTP_PROXY: 'proxy:1', HTTPS_PROXY: 'proxy:1', NO_PROXY });
    expect(reach?.proxyFor(url) === undefined).toBe(isDirect);
  });

  it('is for its own protocol, and for none where the variable is empty', async () => {
    const reach = await reachOf({ HTTP_PROXY: 'http://proxy:1', https_proxy: '' });
    expect([reach?.proxyFor('http://a.test'), reach?.proxyFor('https://a.test')]).toEqual([
      'HTTP_PROXY (http://proxy:1)',
      undefined,
    ]);
    expect(await reachOf({ HTTPS_PROXY: '', NO_PROXY: '*' })).toBeUndefined();
  });

  it.each(['ftp://proxy', 'http://', 'http://ada:s3cret@pro xy'])(
    'that cannot be is refused: %s',
    async (HTTPS_PROXY) => {
      await expect(reachOf({ HTTPS_PROXY })).rejects.toMatchObject({ code: 'HUB_PROXY' });
      await expect(reachOf({ HTTPS_PROXY })).rejects.toThrow(
        /^HTTPS_PROXY: expected the address of a proxy .*; correct or unset it$/,
      );
      await expect(reachOf({ HTTPS_PROXY })).rejects.not.toThrow('s3cret');
    },
  );
});

it('a push goes through the proxy', async () => {
  const proxy = await startProxy({ status: 503 });
  const directory = temporaryDirectory();
  for (const name of ['config.json', 'model.safetensors']) writeFileSync(join(directory, name), '{}');
  const environment = {
    HF_ENDPOINT: 'http://hub.test',
    HF_HOME: directory,
    HF_TOKEN: 'hf_token',
    HTTP_PROXY: proxy.address,
  };
  await expect(pushModel(directory, 'ada/sectors', { environment })).rejects.toMatchObject({ code: 'HUB_UPLOAD' });
  expect(proxy.seen).toEqual(['POST http://hub.test/api/repos/create']);
});
