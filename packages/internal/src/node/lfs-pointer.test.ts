import { describe, expect, it } from 'vitest';
import { refusePointer } from './lfs-pointer';

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 5069051\n';
const refuse = (text: string) => refusePointer('model/spiece.model', new TextEncoder().encode(text));

describe('refusePointer', () => {
  it('names the file and the command that fetches it', () => {
    expect(() => refuse(pointer)).toThrow(
      expect.objectContaining({
        code: 'LFS_POINTER',
        message:
          'model/spiece.model: expected the file itself, got a Git LFS pointer to it, as a clone without git-lfs has; fetch it in that directory: git lfs pull',
      }),
    );
  });

  it.each(['', 'version', `{"${pointer}`, 'version https://git-lfs.github.com/spec/w1'])(
    'takes %j as it is',
    (text) => {
      refuse(text);
    },
  );
});
