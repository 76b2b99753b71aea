//! What ids of AWS look like.

/// What the ids of resources begin with.
const KINDS: [&str; 17] = [
    "vpc-",
    "subnet-",
    "rtb-",
    "rtbassoc-",
    "igw-",
    "eigw-",
    "nat-",
    "sg-",
    "acl-",
    "aclassoc-",
    "vpce-",
    "pl-",
    "eni-",
    "dopt-",
    "pcx-",
    "tgw-",
    "eipalloc-",
];

/// An id in two: what it begins with, which says what it is the id of, and what makes it the only one.
pub(crate) fn parts(text: &str) -> Option<(&str, &str)> {
    KINDS.iter().find_map(|kind| text.starts_with(kind).then(|| text.split_at(kind.len())))
}
