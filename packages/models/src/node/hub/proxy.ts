import { BlockList, isIP } from 'node:net';
import { AttuneError } from '@attune/internal';

type Environment = Readonly<Record<string, string | undefined>>;

/** How servers are reached where the environment names a proxy. */
export interface Reach {
  readonly fetch: typeof fetch;
  /** What errors say of the proxy in the way of an address, without user and password; undefined where there is none. */
  readonly proxyFor: (url: string) => string | undefined;
}

/** By protocol, as curl and Python look them up: lower case first, and the one of all protocols last. */
const variables = {
  'http:': ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
} as const;
type Protocol = keyof typeof variables;

interface Proxy {
  readonly variable: string;
  readonly url: URL;
}

/**
 * `fetch` through the proxies that HTTPS_PROXY, HTTP_PROXY and ALL_PROXY name, but to hosts of NO_PROXY; undefined where none is named.
 *
 * Node's `fetch` takes no proxy from the environment before version 24, and then only when told to, so that undici's is used with its agent.
 *
 * @throws AttuneError HUB_PROXY for a proxy that cannot be spoken to
 */
export async function reachOf(environment: Environment): Promise<Reach | undefined> {
  const proxies = { 'http:': proxyOf('http:', environment), 'https:': proxyOf('https:', environment) };
  if (!proxies['http:'] && !proxies['https:']) return undefined;
  const isDirect = withoutProxy(environment.no_proxy ?? environment.NO_PROXY ?? '');
  const proxyOfUrl = (url: URL) => (isDirect(url) ? undefined : proxies[url.protocol as Protocol]);
  const { Agent, ProxyAgent, fetch: request } = await import('undici');
  const direct = new Agent();
  // To a server without TLS a proxy is asked for the address, not for a tunnel, which many allow to port 443 alone.
  const agents = new Map(
    Object.values(proxies).flatMap((proxy) =>
      proxy ? [[proxy, new ProxyAgent({ uri: proxy.url.href, proxyTunnel: false })] as const] : [],
    ),
  );
  const agentOf = (origin: string | URL | undefined) => agents.get(proxyOfUrl(new URL(origin!))!) ?? direct;
  const dispatcher = direct.compose(() => (options, handler) => agentOf(options.origin).dispatch(options, handler));
  return {
    fetch: ((input: never, init: object) => request(input, { ...init, dispatcher })) as unknown as typeof fetch,
    proxyFor(url) {
      const proxy = proxyOfUrl(new URL(url));
      return proxy && `${proxy.variable} (${proxy.url.origin === 'null' ? proxy.url.host : proxy.url.origin})`;
    },
  };
}

function proxyOf(protocol: Protocol, environment: Environment): Proxy | undefined {
  const variable = variables[protocol].find((name) => environment[name]);
  if (variable === undefined) return undefined;
  const text = environment[variable]!.trim();
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.hostname && ['http:', 'https:', 'socks5:', 'socks:'].includes(url.protocol)) return { variable, url };
  const got = url ? `one for ${url.protocol}//` : 'something else';
  throw new AttuneError(
    'HUB_PROXY',
    `${variable}: expected the address of a proxy such as http://proxy.example:3128, got ${got}; correct or unset it`,
  );
}

/**
 * Whether an address is reached without a proxy by a list such as `localhost,.example.com,10.0.0.0/8,hub.local:8080` or `*`: a name stands for
 * the hosts below it too.
 */
function withoutProxy(list: string): (url: URL) => boolean {
  const entries = list.split(/[,\s]+/).filter(Boolean);
  const subnets = new BlockList();
  for (const entry of entries) addSubnet(subnets, entry);
  const names = entries.map((entry) => /^(?<name>\[.*\]|[^:]*|.*:.*:.*?)(?::(?<port>\d+))?$/.exec(entry)?.groups ?? {});
  return ({ hostname, port, protocol }) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
    const ownPort = port || (protocol === 'https:' ? '443' : '80');
    const version = isIP(host);
    if (version !== 0 && subnets.check(host, version === 6 ? 'ipv6' : 'ipv4')) return true;
    return names.some(({ name = '', port: wanted }) => {
      const own = name
        .replace(/^\[(.*)\]$/, '$1')
        .replace(/^\*?\./, '')
        .toLowerCase();
      if (wanted !== undefined && wanted !== ownPort) return false;
      return own === '*' || host === own || (own !== '' && host.endsWith(`.${own}`));
    });
  };
}

/** `10.0.0.0/8`; an entry of another form is none. */
function addSubnet(subnets: BlockList, entry: string): void {
  const [, address = '', bits = ''] = /^([\d.]+|[\da-f:]+)\/(\d+)$/i.exec(entry) ?? [];
  const version = isIP(address);
  if (version !== 0 && Number(bits) <= (version === 6 ? 128 : 32))
    subnets.addSubnet(address, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
}
