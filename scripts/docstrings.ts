// What public types lack in docstrings: every member says what it is, an option its default, a number its unit.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** An export or a member, and what its docstring lacks. */
export interface Lack {
  /** File and line, from the root. */
  readonly place: string;
  /** `SplitOptions`, `SplitOptions.seed`, or of an object written in a function's signature `split(1).seed`. */
  readonly name: string;
  /** `meaning`: it says no more than the name does. `parameter`: a `@param` names none of the function's. */
  readonly lacks: 'docstring' | 'meaning' | 'default' | 'unit' | 'parameter';
}

/** The sources of every published package's entry points, as its `exports` name them. */
export function entryPoints(root: string): string[] {
  return readdirSync(join(root, 'packages')).flatMap((name) => {
    const manifest = join(root, 'packages', name, 'package.json');
    if (!existsSync(manifest)) return [];
    const { exports, private: isPrivate } = JSON.parse(readFileSync(manifest, 'utf8'));
    const entries = isPrivate ? [] : Object.keys(exports).filter((key) => !key.endsWith('.json'));
    return entries.map((key) => join(root, 'packages', name, 'src', key, 'index.ts'));
  });
}

/** The program of the entry points, without the types of libraries: two seconds for all packages (measured). */
export function publicProgram(entries: readonly string[], paths: ts.MapLike<string[]>): ts.Program {
  return ts.createProgram(entries, {
    ...{ paths, noLib: true, types: [], noCheck: true, target: ts.ScriptTarget.ES2022 },
    ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  });
}

type Declared = ts.InterfaceDeclaration | ts.ClassDeclaration | ts.TypeAliasDeclaration;

/** A member, named by the type that it was first found in; an option where any function takes it as one. */
interface Found {
  readonly owner: string;
  isOption: boolean;
}

/**
 * The exports of `entries` and every member of the types that they name, as they are written: of parameters, results, members and
 * ancestors. A member counts once, where it is declared. Options are the types whose names say so (`…Options`, `…Settings`), and an
 * object that a function takes last, after others.
 */
export function lackingDocstrings(program: ts.Program, entries: readonly string[], root: string): Lack[] {
  const checker = program.getTypeChecker();
  const [seen, seenAsOptions] = [new Set<ts.Node>(), new Set<ts.Node>()];
  const [exported, members] = [new Set<ts.Declaration>(), new Map<ts.NamedDeclaration, Found>()];

  for (const entry of entries) {
    const source = program.getSourceFile(entry);
    const file = source && checker.getSymbolAtLocation(source);
    if (!file)
      throw new Error(
        `docstrings: expected a module ${relative(root, entry)}, got none; correct its package's exports`,
      );
    for (const symbol of checker.getExportsOfModule(file)) {
      const [declaration] = ownDeclarations(symbol);
      if (declaration && !ts.isSourceFile(declaration)) exported.add(declaration);
      visitSymbol(symbol, false);
    }
  }
  return [
    ...[...exported].flatMap((declaration) =>
      hasDocstring(declaration) ? [] : [lackOf(declaration, '', 'docstring')],
    ),
    ...[...exported].filter(namesOtherParameters).map((declaration) => lackOf(declaration, '', 'parameter')),
    ...[...members].flatMap(([member, found]) => lacksOf(member, found)),
  ];

  function ownDeclarations(symbol: ts.Symbol): ts.Declaration[] {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const isOurs = (node: ts.Node) => relative(root, node.getSourceFile().fileName).startsWith('packages/');
    return (target.declarations ?? []).filter(isOurs);
  }

  function visitSymbol(symbol: ts.Symbol, isOption: boolean): void {
    for (const declaration of ownDeclarations(symbol)) {
      const name = (declaration as ts.NamedDeclaration).name?.getText() ?? '';
      if (isDeclared(declaration)) visitDeclared(declaration, name, isOption || isOptionsName(name));
      else if (ts.isFunctionDeclaration(declaration)) visitSignature(declaration, name);
      else if (ts.isVariableDeclaration(declaration)) {
        if (declaration.type) visitType(declaration.type, name, false);
        else if (declaration.initializer && ts.isArrowFunction(declaration.initializer))
          visitSignature(declaration.initializer, name);
      }
    }
  }

  function visitDeclared(node: Declared, name: string, isOption: boolean): void {
    const visited = isOption ? seenAsOptions : seen;
    if (visited.has(node) || seenAsOptions.has(node)) return;
    visited.add(node);
    if (ts.isTypeAliasDeclaration(node)) visitType(node.type, name, isOption);
    else {
      for (const { types } of node.heritageClauses ?? []) for (const type of types) visitType(type, name, isOption);
      for (const member of node.members) visitMember(member, name, isOption);
    }
  }

  function visitMember(member: ts.ClassElement | ts.TypeElement, owner: string, isOption: boolean): void {
    if (ts.isConstructorDeclaration(member)) {
      const own = member.parameters.filter((parameter) => ts.isParameterPropertyDeclaration(parameter, member));
      for (const parameter of own) visitNamed(parameter, owner, isOption);
    } else if (member.name) visitNamed(member, owner, isOption);
    else if (ts.isFunctionLike(member)) visitSignature(member as ts.SignatureDeclaration, owner);
    else if (ts.isIndexSignatureDeclaration(member)) visitType(member.type, owner, false);
  }

  function visitNamed(member: ts.NamedDeclaration, owner: string, isOption: boolean): void {
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override;
    if (ts.getCombinedModifierFlags(member) & hidden || ts.isPrivateIdentifier(member.name!)) return;
    const found = members.get(member) ?? { owner, isOption };
    found.isOption ||= isOption;
    members.set(member, found);
    const inner = `${owner}.${member.name!.getText()}`;
    if (ts.isFunctionLike(member)) visitSignature(member as ts.SignatureDeclaration, inner);
    else if ('type' in member && member.type) visitType(member.type as ts.TypeNode, inner, false);
  }

  function visitSignature({ parameters, type }: ts.SignatureDeclaration, name: string): void {
    parameters.forEach((parameter, at) => {
      const isLast = at > 0 && at === parameters.length - 1;
      const takesOptions =
        isLast && (ts.isObjectBindingPattern(parameter.name) || parameter.name.getText() === 'options');
      if (parameter.type) visitType(parameter.type, `${name}(${at})`, takesOptions);
    });
    if (type) visitType(type, `${name}()`, false);
  }

  /** Walks a type: what it refers to, and object types wherever they are written in it. */
  function visitType(type: ts.TypeNode, owner: string, isOption: boolean): void {
    if (ts.isTypeLiteralNode(type)) for (const member of type.members) visitMember(member, owner, isOption);
    else if (ts.isTypeReferenceNode(type) || ts.isExpressionWithTypeArguments(type)) {
      const name = ts.isTypeReferenceNode(type) ? type.typeName : type.expression;
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol) visitSymbol(symbol, isOption);
      const isSame = isOption && /^(Partial|Readonly|Pick|Omit)$/.test(name.getText());
      for (const argument of type.typeArguments ?? []) visitType(argument, owner, isSame);
    } else if (ts.isFunctionTypeNode(type)) visitSignature(type, owner);
    else if (ts.isConditionalTypeNode(type))
      for (const side of [type.trueType, type.falseType]) visitType(side, owner, isOption);
    else {
      const isSame = isOption && (ts.isIntersectionTypeNode(type) || ts.isParenthesizedTypeNode(type));
      ts.forEachChild(type, (child) => {
        if (ts.isTypeNode(child)) visitType(child, owner, isSame);
      });
    }
  }

  function lacksOf(member: ts.NamedDeclaration, { owner, isOption }: Found): Lack[] {
    const doc = docstringOf(member);
    const [name, lack] = [member.name!.getText(), (lacks: Lack['lacks']) => lackOf(member, `${owner}.`, lacks)];
    if (!doc) return [lack('docstring')];
    if (!saysMore(doc, `${owner} ${name}`)) return [lack('meaning')];
    if (!ts.isPropertySignature(member)) return [];
    const unit = member.type?.getText() === 'number' && unitsByName.find(([pattern]) => pattern.test(name))?.[1];
    return [
      ...(isOption && member.questionToken && !/\bdefaults?\b/i.test(doc) ? [lack('default')] : []),
      ...(unit && !unit.test(doc) ? [lack('unit')] : []),
    ];
  }

  function lackOf(node: ts.NamedDeclaration, owner: string, lacks: Lack['lacks']): Lack {
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    return { place: `${relative(root, source.fileName)}:${line + 1}`, name: `${owner}${node.name?.getText()}`, lacks };
  }

  /** Of functions with several signatures, any of them may have it. */
  function hasDocstring(declaration: ts.Declaration): boolean {
    const symbol = checker.getSymbolAtLocation((declaration as ts.NamedDeclaration).name!);
    return (symbol?.declarations ?? [declaration]).some((each) => docstringOf(each) !== '');
  }
}

/** Whether a function's docstring has a `@param` for none of its parameters; one that is taken apart may have any name. */
function namesOtherParameters(declaration: ts.Declaration): boolean {
  const initializer = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  if (!initializer || !ts.isFunctionLike(initializer)) return false;
  const names = initializer.parameters.map(({ name }) => name);
  if (!names.every(ts.isIdentifier)) return false;
  const documented = ts.getJSDocTags(declaration).filter(ts.isJSDocParameterTag);
  return documented.some((tag) => !names.some((name) => name.text === tag.name.getText()));
}

/** Numbers whose docstring says the unit, by the member's name; one that has it, such as `timeoutSeconds`, need not. */
const unitsByName: readonly (readonly [name: RegExp, unit: RegExp])[] = [
  [/duration|timeout$|^time$|delay|elapsed/i, /second|minute/i],
  [/memory|size$/i, /byte|token|row|text|example|position|prompt|channel|element|number of/i],
  [/((?<!learning)rate|fraction|ratio|share)$/i, /fraction|share|probability|ratio|[[(]0, 1|divided|÷|\/|per |times/i],
  [/(length|stride|overlap)$/i, /token|character|code point|UTF-16|word|byte|row|element|position|example/i],
];

const isOptionsName = (name: string) => /(Options|Arguments|Config|Settings)$/.test(name);

function isDeclared(node: ts.Node): node is Declared {
  return ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

/** The text of a declaration's docstring without its marks; of a parameter the `@param` too. Empty where there is none. */
function docstringOf(node: ts.Node): string {
  const texts = ts.getJSDocCommentsAndTags(node).map((each) => each.getText());
  return texts
    .map((text) => text.replace(/^\/\*\*|\*\/$|^\s*\*(?!\/)/gm, ''))
    .join(' ')
    .trim();
}

/** Whether a docstring, besides the default, has a word that is not in the names, nor one that says nothing. */
function saysMore(doc: string, names: string): boolean {
  const said = new Set(['the', 'a', 'an', 'of', 'its', 'this', ...wordsIn(names)]);
  const beside = doc.replace(/\bdefaults?\b[^.;]*/gi, '');
  return wordsIn(beside).some((word) => !said.has(word) && !said.has(word.replace(/s$/, '')));
}

function wordsIn(text: string): string[] {
  return (text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? []).map((word) => word.toLowerCase());
}
