/** The image of a launch template's version. */
export interface TemplateImage {
  readonly id: string;
  /** The SSM parameter by which the template names it, if it does: then what it launches changes with that. */
  readonly parameter?: string;
}

/** Machine images and the launch templates that name them. */
export interface Images {
  /** The image id that an SSM parameter holds. */
  newest(parameter: string): Promise<string>;
  /** Whether an image can be launched from in place of another, of whose architecture it must be; if not why. */
  check(
    image: string,
    inPlaceOf?: string,
  ): Promise<{ readonly usable: true } | { readonly usable: false; readonly reason: string }>;
  /** The image that a launch template's version launches. */
  ofTemplate(template: { readonly id: string; readonly version: string }): Promise<TemplateImage | undefined>;
  /** A version of the template that differs by its image alone; the same token gives the same version. */
  createTemplateVersion(
    templateId: string,
    sourceVersion: string,
    image: string,
    token: string,
  ): Promise<string>;
}
