export { type GeneratePostingsOptions, generatePostings } from './generate-postings';
export { type Arrangement, type Posting, type PostingSkill, postingSectors, type SkillType } from './posting';
