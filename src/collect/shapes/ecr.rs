//! Amazon ECR as JSON: data types of the Amazon ECR API Reference.

use aws_sdk_ecr::types as sdk;

use super::{shapes, texts};

shapes! {
    Repository {
        repositoryArn: repository_arn, registryId: registry_id, repositoryName: repository_name,
        repositoryUri: repository_uri, createdAt: created_at, encryptionConfiguration: encryption_configuration,
    }
    PullThroughCacheRule {
        ecrRepositoryPrefix: ecr_repository_prefix, upstreamRegistryUrl: upstream_registry_url,
        createdAt: created_at, registryId: registry_id, credentialArn: credential_arn,
        customRoleArn: custom_role_arn, upstreamRepositoryPrefix: upstream_repository_prefix,
        upstreamRegistry: upstream_registry, updatedAt: updated_at,
    }
    EncryptionConfiguration { encryptionType: encryption_type, kmsKey: kms_key }
}

texts! {
    EncryptionType, UpstreamRegistry,
}
