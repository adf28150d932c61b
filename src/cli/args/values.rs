//! Values of flags, read from their text.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub(super) fn name_server(text: &str) -> Result<SocketAddr, String> {
    const DNS_PORT: u16 = 53;
    let plain = text.parse().map(|ip: IpAddr| (ip, DNS_PORT).into());
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    plain
        .or_else(|_| text.parse())
        .or_else(|_| bare.parse().map(|ip: IpAddr| (ip, DNS_PORT).into()))
        .map_err(|_| "give an address like 192.168.1.1 or 127.0.0.1:5353".to_owned())
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    /// Longest wait that makes sense, in seconds.
    const LONGEST: f64 = 3600.0;
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let seconds = number.parse::<f64>().ok().map(|number| number * unit);
    let sane = seconds.filter(|seconds| (0.001..=LONGEST).contains(seconds));
    sane.map(Duration::from_secs_f64)
        .ok_or_else(|| "give a time like 5s or 500ms, up to an hour".to_owned())
}
