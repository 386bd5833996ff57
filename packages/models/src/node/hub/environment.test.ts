import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../test/temporary';
import { hubSettings, isOffline } from './environment';

describe('hubSettings', () => {
  it('has the defaults of huggingface_hub', async () => {
    const settings = await hubSettings({ HF_HOME: temporaryDirectory() });
    expect(settings).toEqual({
      endpoint: 'https://huggingface.co',
      token: undefined,
      timeouts: { metadata: 10_000, download: 10_000 },
    });
  });

  it('takes HF_TOKEN, else the file that the login left', async () => {
    const home = temporaryDirectory();
    writeFileSync(join(home, 'token'), 'hf_file\n');
    const elsewhere = join(home, 'elsewhere');
    writeFileSync(elsewhere, 'hf_elsewhere');
    const tokenOf = async (environment: Record<string, string>) =>
      (await hubSettings({ HF_HOME: home, ...environment })).token;
    expect(await tokenOf({})).toBe('hf_file');
    expect(await tokenOf({ HF_TOKEN: ' hf_given\r\n' })).toBe('hf_given');
    expect(await tokenOf({ HF_TOKEN: '' })).toBe('hf_file');
    expect(await tokenOf({ HF_TOKEN_PATH: elsewhere })).toBe('hf_elsewhere');
    expect(await tokenOf({ HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' })).toBeUndefined();
    const disabled = { HF_TOKEN: 'hf_given', HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' };
    expect(await tokenOf(disabled)).toBeUndefined();
    expect((await hubSettings(disabled, { needsToken: true })).token).toBe('hf_given');
    const variables = { ROOT: dirname(home), PART: basename(home) };
    expect(await tokenOf({ HF_HOME: '$ROOT/$PART', ...variables })).toBe('hf_file');
    expect(await tokenOf({ HF_TOKEN_PATH: `$${'{ROOT}'}/none` })).toBeUndefined();
    await expect(tokenOf({ HF_TOKEN: 'hf_a\nb' })).rejects.toThrow(/^HF_TOKEN: expected printable ASCII/);
  });

  it('refuses an endpoint that is no address, and never shows the token', async () => {
    const refused = (endpoint: string) => hubSettings({ HF_ENDPOINT: endpoint, HF_TOKEN: 'hf_secret' });
    await expect(refused('hub.example.com')).rejects.toMatchObject({ code: 'HUB_ENDPOINT' });
    await expect(refused('file:///etc')).rejects.toMatchObject({ code: 'HUB_ENDPOINT' });
    expect((await refused('http://127.0.0.1:8080//')).endpoint).toBe('http://127.0.0.1:8080');
  });

  it('takes the timeouts in seconds', async () => {
    const environment = { HF_HUB_ETAG_TIMEOUT: '3', HF_HUB_DOWNLOAD_TIMEOUT: '0.5', HF_HOME: temporaryDirectory() };
    expect((await hubSettings(environment)).timeouts).toEqual({ metadata: 3000, download: 500 });
  });
});

describe('isOffline', () => {
  it.each([
    [{ HF_HUB_OFFLINE: '1' }, true],
    [{ HF_HUB_OFFLINE: 'yes' }, true],
    [{ TRANSFORMERS_OFFLINE: 'True' }, true],
    [{ HF_HUB_OFFLINE: '0' }, false],
    [{}, false],
  ])('reads %j as %j', (environment, offline) => expect(isOffline(environment)).toBe(offline));
});

it.each([
  'https://ada:hunter2@hub.example',
  'ada:hunter2@hub.example',
  'ftp://hunter2@hub.example',
  'https://hub.example/?token=hunter2',
  'https://hub.example/#hunter2',
  'hub.example?token=hunter2',
])('refuses the address %s without a word of its secret', async (HF_ENDPOINT) => {
  const error = await hubSettings({ HF_ENDPOINT }).catch((reason: Error) => reason);
  expect(error).toMatchObject({
    code: 'HUB_ENDPOINT',
    message: expect.stringMatching(/^HF_ENDPOINT: expected an address/),
  });
  expect((error as Error).message).not.toContain('hunter2');
});
