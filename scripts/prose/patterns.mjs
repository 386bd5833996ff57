// Words and turns that documents, docstrings and messages do not use, each with what says it plainly.

/** @type {readonly (readonly [RegExp, string])[]} */
export const patterns = [
  // Old or rare words
  [/\bbeside\b(?! the point)/i, '"next to", "with", "together with" or "in addition to"'],
  [/\banew\b/i, '"again" or "from the start"'],
  [/\bonce more\b/i, '"again"'],
  [/\blearnt\b/i, '"learned"'],
  [
    /\b(hence|thence|whence|thereof|therein|wherein|whereby|thereby|thus)\b/i,
    'a sentence that starts with "so" or "therefore"',
  ],
  [/\byardsticks?\b/i, '"baseline" or "reference"'],
  [/\bkin\b/i, '"family" or "related"'],
  [/\bmend(s|ed|ing)?\b/i, '"fix"'],
  [/\bsurest\b/i, '"most confident"'],
  [/\btruly\b/i, '"actual" or "in fact"'],
  [/\bmaybe\b/i, '"optionally", "possibly" or "may"'],
  [/\b(its|their|the) like\b(?! a)/i, '"similar" and the noun'],
  [/\bmoreover\b/i, '"also"'],
  [/\bnought\b/i, '"zero" or "nothing"'],
  // Turns that hide the subject or the default
  [/\bunless (given|told|said)\b/i, '"default X"'],
  [/\bexpected none\b/i, '"X is not used by Y" or "X and Y exclude each other", and what to remove'],
  [/\bleave (it|them|one) out\b/i, '"remove it"'],
  [/\b(is|are|was|were|been|be) told\b/i, '"reads", "receives" or a verb with its subject'],
  [/\b(is|are|was|were|be) said\b/i, '"is reported" or "the message names"'],
  [/\bbut for\b/i, '"except for"'],
  [/\bnothing but\b/i, '"only"'],
  [/\bnone but\b/i, '"only"'],
  [/\bmakes? (no )?use of\b/i, '"uses" or "does not use"'],
  [/\bgo(es|ing)? on (with|from|to|where|in|as)\b/i, '"continue" or "resume"'],
  [/\bto go on\b/i, '"to continue" or "to resume"'],
  [/\bas (it|they) comes?\b/i, '"in order" or "as read"'],
  [
    /\bof (your|its|their|our) own\b(?= *(?:[.,;:)|`]|$|(?:and|for|in|with|that|which|to|as|is|are|or|on|from|by|at|when|where|of)\b))/i,
    '"your own X", "its own X"',
  ],
  [/\bby (itself|themselves)\b/i, '"alone", "separately" or "on its own"'],
  [/\b(so|that) many\b/i, '"this number of X"'],
  [/\ball of (them|it)\b/i, '"all"'],
  [/\bno matter\b/i, '"regardless of"'],
  [/\bto be had\b/i, '"available"'],
  [/\bin the end\b/i, '"finally"'],
  [/\bkeeps? of\b/i, '"keeps only" or "stores of"'],
  [
    /(?<!there |There )\b(is|are) no (?!longer|more\b|less\b|fewer\b|different|better|worse|larger|smaller)[a-z]+/,
    '"is not a X"',
  ],
  [/(?<!there )\b(is|are) none\b/i, '"there is no X"'],
  [/\bof a kind\b/i, '"of one type" or "of the same kind"'],
  [
    /^(\/\*\* |\/\/ )?What (a|an|the|is|are|was|it|they|comes|every|each|one|all|no|to|in|of|has|goes|can|must|may)\b(?![^.]*\?)/,
    'a noun: not a clause that begins with "what"',
  ],
  // "per", for rates and counts
  [
    /(?<!for )\b(texts?|tokens?|examples?|rows?|requests?|steps?|words?|sequences?|lines?|labels?|prompts?|rounds?|milliseconds|seconds|minutes|bytes|MB|GB|times|numbers?|entries|files?|values?|points?|scores?|ids?|one) an? (second|minute|hour|batch|step|text|token|layer|head|row|line|epoch|request|worker|process|label|sequence|file|fold|word|number|weight|parameter|group|block)\b/i,
    '"per": "texts per second"',
  ],
  // American spelling
  [
    /\b\w*(normalis|quantis|initialis|optimis|serialis|tokenis|generalis|regularis|summaris|recognis|organis|minimis|maximis|vectoris)(e|es|ed|ing|ation|ations|er|ers)\b/i,
    'American spelling: -ize',
  ],
  [/\b(colour|behaviour|favour|neighbour|honour|labour|flavour)\w*\b/i, 'American spelling: -or'],
  [
    /\b(labelled|labelling|modelled|modelling|cancelled|travelled|centre|centred|licence|catalogue|grey|artefacts?)\b/i,
    'American spelling',
  ],
];
