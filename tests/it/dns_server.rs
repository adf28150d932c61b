//! A name server on loopback that answers from a script.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::thread;

/// What is answered for a name, or for a name and a kind of record (`gpu.lan 28`), the first time, the second time and so on; the last stays. `None`
/// is silence.
pub(crate) type Script = BTreeMap<String, Vec<Option<Vec<IpAddr>>>>;

/// How long an answer holds, in seconds.
const TTL: u32 = 60;

/// Starts a server; it runs until the test process ends.
pub(crate) fn start(script: Script) -> SocketAddr {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut asked: BTreeMap<(String, u16), usize> = BTreeMap::new();
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let (name, kind, question) = question(&buffer[..length]);
            let time = asked.entry((name.clone(), kind)).or_default();
            let turns = script
                .get(&format!("{name} {kind}"))
                .or_else(|| script.get(&name));
            let turn = turns.map(|turns| turns.get(*time).or(turns.last()).unwrap().clone());
            *time += 1;
            if let Some(None) = turn {
                continue;
            }
            let answer = reply(&buffer[..2], question, kind, turn.flatten());
            let _ = socket.send_to(&answer, from);
        }
    });
    address
}

/// The name, the kind and the bytes of the one question in a query.
fn question(query: &[u8]) -> (String, u16, &[u8]) {
    let mut labels = Vec::new();
    let mut at = 12;
    while query[at] != 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..end]).to_lowercase());
        at = end;
    }
    let kind = u16::from_be_bytes([query[at + 1], query[at + 2]]);
    (labels.join("."), kind, &query[12..at + 5])
}

fn reply(id: &[u8], question: &[u8], kind: u16, answers: Option<Vec<IpAddr>>) -> Vec<u8> {
    const NO_SUCH_NAME: u8 = 3;
    let code = if answers.is_none() { NO_SUCH_NAME } else { 0 };
    let records: Vec<Vec<u8>> = answers
        .unwrap_or_default()
        .into_iter()
        .map(|ip| match ip {
            IpAddr::V4(ip) => (1, ip.octets().to_vec()),
            IpAddr::V6(ip) => (28, ip.octets().to_vec()),
        })
        .filter(|(of, _)| *of == kind)
        .map(|(_, octets)| octets)
        .collect();
    let count = u8::try_from(records.len()).unwrap();
    let mut out = id.to_vec();
    out.extend([0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]);
    out.extend(question);
    for octets in records {
        out.extend([0xc0, 12]);
        out.extend(kind.to_be_bytes());
        out.extend([0, 1]);
        out.extend(TTL.to_be_bytes());
        out.extend(u16::try_from(octets.len()).unwrap().to_be_bytes());
        out.extend(octets);
    }
    out
}
