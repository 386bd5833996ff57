import { BlockList, isIP } from 'node:net';
import { AttuneError } from '@attune/internal';

type Environment = Readonly<Record<string, string | undefined>>;

/** Connection to servers if the environment names a proxy. */
export interface Reach {
  /** `fetch` that goes through the proxies. */
  readonly fetch: typeof fetch;
  /** Description of the proxy for an address, without user and password; undefined if there is no proxy. */
  readonly proxyFor: (url: string) => string | undefined;
}

/** Variables by protocol, in the order of curl and Python: lower case first, `all_proxy` last. */
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
 * `fetch` through the proxies in HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, except for hosts in NO_PROXY; undefined if no proxy is set.
 *
 * Node's `fetch` ignores proxy variables before version 24, and later uses them only on request, so undici's `fetch` and agent are used.
 *
 * @throws AttuneError HUB_PROXY for an unsupported proxy address
 * @example
 * const { fetch: request = fetch } = (await reachOf(process.env)) ?? {};
 */
export async function reachOf(environment: Environment): Promise<Reach | undefined> {
  const proxies = { 'http:': proxyOf('http:', environment), 'https:': proxyOf('https:', environment) };
  if (!proxies['http:'] && !proxies['https:']) return undefined;
  const isDirect = withoutProxy(environment.no_proxy ?? environment.NO_PROXY ?? '');
  const proxyOfUrl = (url: URL) => (isDirect(url) ? undefined : proxies[url.protocol as Protocol]);
  const { Agent, ProxyAgent, fetch: request } = await import('undici');
  const direct = new Agent();
  // For a server without TLS the proxy gets a plain request, not a tunnel, which many proxies allow only to port 443.
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
 * Whether NO_PROXY excludes an address, by a list such as `localhost,.example.com,10.0.0.0/8,hub.local:8080` or `*`. A name also covers
 * its subdomains.
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

/** Parses `10.0.0.0/8`; undefined for an entry of another form. */
function addSubnet(subnets: BlockList, entry: string): void {
  const [, address = '', bits = ''] = /^([\d.]+|[\da-f:]+)\/(\d+)$/i.exec(entry) ?? [];
  const version = isIP(address);
  if (version !== 0 && Number(bits) <= (version === 6 ? 128 : 32))
    subnets.addSubnet(address, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
}
