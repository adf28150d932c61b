//! Verdicts of OpenClaw 2026.5.18, recorded from its own guard with injected answers
//! (`tests/fixtures/trust/openclaw-2026.5.18.jsonl`): ours are the same or stricter, and say truly
//! which of the two.

use std::net::IpAddr;

use clawconf::trust::{Hop, Policy, Reason};
use serde_json::Value;

const RECORDED: &str = include_str!("../fixtures/trust/openclaw-2026.5.18.jsonl");

/// Reasons for which this policy refuses what the release lets through: the tightenings, and no
/// others.
const STRICTER: [Reason; 8] = [
    Reason::Metadata,
    Reason::LinkLocal,
    Reason::Unspecified,
    Reason::NeverServer,
    Reason::LocalNat64,
    Reason::SurpriseLoopback,
    Reason::Private,
    Reason::BlockedPort,
];

fn addresses(list: &Value) -> Vec<IpAddr> {
    let texts = list.as_array().into_iter().flatten();
    texts
        .map(|text| text.as_str().unwrap().parse().unwrap())
        .collect()
}

#[test]
fn no_verdict_is_looser_and_the_stricter_ones_say_so() {
    let mut stricter = 0;
    let mut count = 0;
    for line in RECORDED.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let flag = record["allow_private_network"].as_bool();
        let policy = Policy::of_provider(record["base_url"].as_str(), flag);
        assert_eq!(policy.class().name(), record["class"], "{line}");
        let first = addresses(&record["redirect_from"]["resolved_ips"]);
        let last = addresses(&record["resolved_ips"]);
        let first_url = record["redirect_from"]["url"].as_str();
        let mut hops: Vec<Hop<'_>> = first_url
            .map(|url| Hop::to(url).answered(&first))
            .into_iter()
            .collect();
        let url = record["request_url"].as_str().unwrap();
        hops.push(Hop::to(url).answered(&last));
        let verdict = policy.judge(&hops);
        let theirs = record["verdict"] == "allow";
        if verdict.is_allowed() {
            assert!(theirs && verdict.openclaw_allows, "looser: {line}");
        // Port 0 is on the list of the fetch standard now, and was not on that of the release.
        } else if verdict.reason != Reason::BlockedPort {
            assert_eq!(verdict.openclaw_allows, theirs, "{line} {verdict:#?}");
        }
        if theirs && !verdict.is_allowed() {
            assert!(STRICTER.contains(&verdict.reason), "{line} {verdict:#?}");
            stricter += 1;
        }
        count += 1;
    }
    assert!(count > 3000 && stricter > 100, "{count} {stricter}");
}
