//! Host names that mean something before anybody is asked for an address.

use std::fmt;

/// Longest host name there can be, in bytes (RFC 1035).
pub const LONGEST_NAME: usize = 253;

/// Names that are refused by default (OpenClaw 2026.5.18, `BLOCKED_HOSTNAMES`).
const REFUSED: [&str; 3] = [
    "localhost",
    "localhost.localdomain",
    "metadata.google.internal",
];

/// Endings that are refused by default (same place), and that make an endpoint local.
pub(super) const REFUSED_ENDINGS: [&str; 3] = [".localhost", ".local", ".internal"];

/// The names of metadata services (vendor documentation).
const METADATA: [(&str, &str); 12] = [
    ("instance-data", "AWS"),
    ("instance-data.ec2.internal", "AWS"),
    ("metadata.amazonaws.com", "AWS"),
    ("metadata", "Google Cloud"),
    ("metadata.goog", "Google Cloud"),
    ("metadata.google.internal", "Google Cloud"),
    ("metadata.azure.internal", "Azure"),
    ("metadata.tencentyun.com", "Tencent Cloud"),
    ("api.metadata.cloud.ibm.com", "IBM Cloud"),
    ("metadata.platformequinix.com", "Equinix Metal"),
    ("metadata.packet.net", "Equinix Metal"),
    ("rancher-metadata", "Rancher"),
];

/// Why a name is refused unless somebody vouches for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedName {
    /// It is this name.
    Exactly(&'static str),
    /// It ends so.
    Ending(&'static str),
    /// It looks like a misspelt address.
    Misspelt,
}

impl fmt::Display for RefusedName {
    /// As it is said after the name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RefusedName::Exactly(name) => write!(f, "is `{name}`"),
            RefusedName::Ending(ending) => write!(f, "ends in `{ending}`"),
            RefusedName::Misspelt => f.write_str("looks like a misspelt address"),
        }
    }
}

/// Why a name is refused unless somebody vouches for it; `None` for most names.
#[must_use]
pub fn refused_by_default(name: &str) -> Option<RefusedName> {
    let name = name.trim_end_matches('.');
    let exactly = REFUSED.into_iter().find(|refused| *refused == name);
    let ending = || REFUSED_ENDINGS.into_iter().find(|end| name.ends_with(end));
    exactly
        .map(RefusedName::Exactly)
        .or_else(|| ending().map(RefusedName::Ending))
        .or_else(|| is_like_an_address(name).then_some(RefusedName::Misspelt))
}

/// Up to four parts that are numbers or begin like hexadecimal ones (OpenClaw 2026.5.18,
/// `looksLikeUnsupportedIpv4Literal`).
fn is_like_an_address(name: &str) -> bool {
    let is_number = |part: &str| part.chars().all(|c| c.is_ascii_digit()) || part.starts_with("0x");
    name.split('.').count() <= 4 && name.split('.').all(is_number)
}

/// Whether two dots follow each other, or one begins the name, or two end it. One dot at the end is
/// an ordinary spelling.
#[must_use]
pub(super) fn has_empty_label(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.split('.').any(str::is_empty)
}

/// The platform whose metadata service has this name.
#[must_use]
pub fn metadata_platform(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches('.');
    let row = METADATA.iter().find(|(known, _)| *known == name);
    row.map(|(_, platform)| *platform)
}

/// The part of a name that looks like a metadata service: it holds `metadata`, or is
/// `instance-data`. Such a name is never trusted by implication (OpenClaw 2026.5.18,
/// `canImplicitlyTrustConfiguredBaseUrlOrigin`).
#[must_use]
pub fn metadata_like_label(name: &str) -> Option<&str> {
    let mut labels = name.split('.');
    labels.find(|label| label.contains("metadata") || *label == "instance-data")
}

/// Whether a name is expected to mean this machine itself (RFC 6761).
#[must_use]
pub fn is_loopback_like(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name == "localhost.localdomain" || name.ends_with(".localhost")
}

/// Endings of names that are only known nearby: RFC 6762 (appendix G), RFC 8375, and those of tailnets
/// and home routers.
const NEARBY_ENDINGS: [&str; 12] = [
    ".local",
    ".localhost",
    ".internal",
    ".intranet",
    ".private",
    ".corp",
    ".home",
    ".lan",
    ".home.arpa",
    ".localdomain",
    ".ts.net",
    ".fritz.box",
];

/// Whether a name most likely has a private address: a single word, as container networks have, or
/// an ending that public DNS does not know.
#[must_use]
pub fn is_private_by_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    !name.contains('.') || NEARBY_ENDINGS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_their_neighbours() {
        let refused = |name| refused_by_default(name).is_some();
        for name in [
            "localhost",
            "a.localhost",
            "gpu.local",
            "x.internal",
            "localhost.",
            "gpu.local.",
        ] {
            assert!(refused(name), "{name}");
        }
        for name in [
            "local",
            "internal",
            "localhost2",
            "home.arpa",
            "gpu.localx",
            "ip6-localhost",
        ] {
            assert!(!refused(name), "{name}");
        }
        let like = |name| metadata_like_label(name).is_some();
        for name in [
            "metadata",
            "my-metadata.lan",
            "a.metadata2.b",
            "instance-data",
            "x.instance-data.y",
        ] {
            assert!(like(name), "{name}");
        }
        for name in [
            "meta-data.lan",
            "instance-data2",
            "my-instance-data",
            "instancedata",
        ] {
            assert!(!like(name), "{name}");
        }
        assert!(is_loopback_like("llm.localhost") && !is_loopback_like("localhost.example.com"));
        assert_eq!(
            metadata_platform("metadata.google.internal."),
            Some("Google Cloud")
        );
    }
}
