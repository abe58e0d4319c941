'use strict';
const { readFile } = require('node:fs/promises');
const { PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');
const { build } = require('../../../infra/application.cjs');

/**
 * Puts the application of a profile that has one into the deployment bucket, before the launch template names it. What is
 * there stays: earlier versions of the template name earlier applications.
 */
class UploadApplication {
  constructor(serverless, options, { progress }) {
    const provider = serverless.getProvider('aws');
    const upload = async () => {
      const { application } = serverless.service.custom.profile;
      if (application === undefined || serverless.service.provider.shouldNotDeploy) return;
      const { path, key } = await build(application).catch((error) => {
        throw new serverless.classes.Error(error.stderr?.trim() || error.message, 'APPLICATION_NOT_BUILT');
      });
      progress.get('main').notice('Uploading the application', { isMainEvent: true });
      const Bucket = await provider.getServerlessDeploymentBucketName();
      const Body = await readFile(path);
      const s3 = new S3Client(await provider.getAwsSdkV3Config());
      await s3.send(new PutObjectCommand({ Bucket, Key: key, Body, ContentType: 'application/zip' }));
      s3.destroy();
    };
    this.hooks = { 'after:aws:deploy:deploy:uploadArtifacts': upload };
  }
}

module.exports = UploadApplication;
