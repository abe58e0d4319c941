/** A template, or a part of it, that makes no sense; in CloudFormation's words. */
export class TemplateError extends Error {}
