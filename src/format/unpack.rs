//! Compressed or plain bytes to the bytes of a text, within a limit.

use std::borrow::Cow;
use std::io::Read;

use super::error::{FormatError, Problem};

/// Default limit of [`unpack`] for files: ten times the largest catalogue in its most verbose format.
pub const MAX_FILE_BYTES: usize = 256 << 20;

/// Bytes looked at to tell text from noise.
const SAMPLE_BYTES: usize = 64 << 10;

/// The text inside `bytes`: gzip and zstd are recognised by their first bytes and unpacked, a byte-order mark is taken
/// off. Never holds more than `limit_bytes` of output.
///
/// # Errors
/// Cut or damaged compression, more than `limit_bytes`, UTF-16, or binary data.
pub fn unpack(bytes: &[u8], limit_bytes: usize) -> Result<Cow<'_, [u8]>, FormatError> {
    unpack_any(bytes, limit_bytes).map_err(|problem| FormatError { source_name: None, problem })
}

fn unpack_any(bytes: &[u8], limit_bytes: usize) -> Result<Cow<'_, [u8]>, Problem> {
    let unpacked = if bytes.starts_with(&[0x1f, 0x8b]) {
        Cow::Owned(read_limited("gzip", flate2::read::MultiGzDecoder::new(bytes), limit_bytes)?)
    } else if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Cow::Owned(read_limited("zstd", zstd_decoder(bytes, limit_bytes)?, limit_bytes)?)
    } else if bytes.len() > limit_bytes {
        return Err(Problem::OverLimit { limit_bytes });
    } else {
        Cow::Borrowed(bytes)
    };
    refuse_binary(&unpacked)?;
    Ok(match unpacked {
        Cow::Borrowed(plain) => Cow::Borrowed(plain.strip_prefix(BOM).unwrap_or(plain)),
        Cow::Owned(mut plain) => {
            if plain.starts_with(BOM) {
                plain.drain(..BOM.len());
            }
            Cow::Owned(plain)
        }
    })
}

/// The byte-order mark of UTF-8.
const BOM: &[u8] = &[0xef, 0xbb, 0xbf];

fn zstd_decoder(bytes: &[u8], limit_bytes: usize) -> Result<impl Read, Problem> {
    let damaged = |error: std::io::Error| Problem::Packing { packing: "zstd", detail: error.to_string() };
    let mut decoder = zstd::stream::read::Decoder::new(bytes).map_err(damaged)?;
    // The frame's own header asks for a window; one larger than the limit would be allocated before any byte comes out.
    let window_log = limit_bytes.max(1 << 20).ilog2().min(27);
    decoder.window_log_max(window_log).map_err(damaged)?;
    Ok(decoder)
}

fn read_limited(packing: &'static str, mut reader: impl Read, limit_bytes: usize) -> Result<Vec<u8>, Problem> {
    let mut unpacked = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        let count = match reader.read(&mut chunk) {
            Ok(0) => return Ok(unpacked),
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Problem::Packing { packing, detail: error.to_string() }),
        };
        let needed = unpacked.len() + count;
        if needed > limit_bytes {
            return Err(Problem::OverLimit { limit_bytes });
        }
        if needed > unpacked.capacity() {
            // Doubling, but not past the limit.
            let target = (unpacked.capacity() * 2).clamp(needed, limit_bytes.max(needed));
            unpacked.reserve_exact(target - unpacked.len());
        }
        unpacked.extend_from_slice(&chunk[..count]);
    }
}

fn refuse_binary(bytes: &[u8]) -> Result<(), Problem> {
    const KINDS: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "a ZIP archive: unpack it first"),
        (b"BZh", "bzip2: unpack it first"),
        (b"\xfd7zXZ", "xz: unpack it first"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"%PDF-", "a PDF"),
        (b"\x89PNG", "a PNG image"),
    ];
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Problem::Utf16);
    }
    if let Some((_, kind)) = KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Problem::Binary { kind: Some(kind) });
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    if looks_utf16(sample) {
        return Err(Problem::Utf16);
    }
    if looks_binary(sample) {
        return Err(Problem::Binary { kind: None });
    }
    Ok(())
}

/// ASCII in UTF-16 has a NUL in every second byte.
fn looks_utf16(sample: &[u8]) -> bool {
    let pairs = sample.len() / 2;
    let nuls = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    pairs >= 4 && even.max(odd) * 10 > pairs * 8 && even.min(odd) * 10 < pairs
}

/// Three bytes in ten that no text has: control characters, or bytes that are not UTF-8.
///
/// A few stray ones are left to the reader of the record they stand in.
fn looks_binary(sample: &[u8]) -> bool {
    let mut strange = 0;
    for part in sample.utf8_chunks() {
        strange += part.invalid().len();
        strange += part.valid().bytes().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    }
    strange * 10 > sample.len() * 3
}
