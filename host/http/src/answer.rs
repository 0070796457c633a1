//! The answer to a request, read piece by piece within its limit.

use std::io::{self, Write as _};
use std::time::Duration;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use stepwell_model::error::last_cause;
use tokio::sync::OwnedSemaphorePermit;

use crate::error::{LARGEST_HEAD, MOST_HEADERS, SendError};

/// The longest silence within a body.
const SILENCE: Duration = Duration::from_secs(30);

/// Compressed bytes that are decompressed at once. gzip makes at most a thousand times as much of them.
const PIECE: usize = 4 << 10;

/// The answer of a server. Its body is still to be read.
#[derive(Debug)]
pub struct Incoming {
    /// The status.
    pub status: u16,
    /// The headers, without those of a compression that the host undoes.
    pub headers: HeaderMap,
    response: reqwest::Response,
    decoder: Option<MultiGzDecoder<Vec<u8>>>,
    to: String,
    read: u64,
    /// Whether a byte of the body has arrived.
    has_begun: bool,
    is_over: bool,
    /// The place among the requests to the server.
    _turn: Option<OwnedSemaphorePermit>,
}

impl Incoming {
    pub(crate) fn new(
        mut response: reqwest::Response,
        to: String,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Result<Self, SendError> {
        let mut headers = std::mem::take(response.headers_mut());
        check_head(&headers, &to)?;
        let encoding = headers.remove(CONTENT_ENCODING);
        let encoding = encoding.as_ref().map(|name| name.to_str().unwrap_or("?").to_ascii_lowercase());
        let decoder = match encoding.as_deref() {
            None | Some("identity") => None,
            Some("gzip" | "x-gzip") => Some(MultiGzDecoder::new(Vec::new())),
            Some(_) => {
                let reason = "it is compressed in a way that the host did not ask for".to_owned();
                return Err(SendError::Unreadable { to, reason });
            }
        };
        if decoder.is_some() {
            headers.remove(http::header::CONTENT_LENGTH);
        }
        let status = response.status().as_u16();
        Ok(Self { status, headers, response, decoder, to, read: 0, has_begun: false, is_over: false, _turn: turn })
    }

    /// The next piece of a body of at most `limit` bytes, decompressed. None after the last one.
    ///
    /// # Errors
    /// When the connection breaks before the end, and when the body is larger.
    pub async fn next(&mut self, limit: u64) -> Result<Option<Bytes>, SendError> {
        while !self.is_over {
            let Ok(piece) = tokio::time::timeout(SILENCE, self.response.chunk()).await else {
                return Err(SendError::Silent { to: self.to.clone(), span: SILENCE });
            };
            let piece = match piece {
                Ok(Some(piece)) => self.decode(&piece, limit)?,
                Ok(None) => self.end()?,
                Err(error) => return Err(self.broken(last_cause(&error))),
            };
            if !piece.is_empty() {
                self.count(piece.len(), limit)?;
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }

    /// The whole body, of at most `limit` bytes.
    ///
    /// # Errors
    /// Those of [`Self::next`].
    pub async fn body(&mut self, limit: u64) -> Result<Vec<u8>, SendError> {
        let mut body = Vec::new();
        while let Some(piece) = self.next(limit).await? {
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    fn decode(&mut self, piece: &Bytes, limit: u64) -> Result<Bytes, SendError> {
        self.has_begun |= !piece.is_empty();
        if self.decoder.is_none() {
            return Ok(piece.clone());
        }
        let mut whole = Vec::new();
        for part in piece.chunks(PIECE) {
            let decoded = self.decoded(|decoder| decoder.write_all(part))?;
            whole.extend_from_slice(&decoded);
            if self.read.saturating_add(whole.len() as u64) > limit {
                break;
            }
        }
        Ok(whole.into())
    }

    fn end(&mut self) -> Result<Bytes, SendError> {
        self.is_over = true;
        // An answer to `HEAD` names a compression and has no body.
        match self.decoder.is_some() && self.has_begun {
            true => self.decoded(MultiGzDecoder::try_finish).map(Bytes::from),
            false => Ok(Bytes::new()),
        }
    }

    fn decoded(
        &mut self,
        act: impl FnOnce(&mut MultiGzDecoder<Vec<u8>>) -> io::Result<()>,
    ) -> Result<Vec<u8>, SendError> {
        let Some(decoder) = &mut self.decoder else { return Ok(Vec::new()) };
        match act(decoder) {
            Ok(()) => Ok(std::mem::take(decoder.get_mut())),
            Err(error) => Err(self.broken(format!("its gzip is broken: {}", last_cause(&error)))),
        }
    }

    fn count(&mut self, bytes: usize, limit: u64) -> Result<(), SendError> {
        self.read = self.read.saturating_add(bytes as u64);
        match self.read > limit {
            true => Err(SendError::LargeBody { to: self.to.clone(), limit }),
            false => Ok(()),
        }
    }

    fn broken(&self, reason: String) -> SendError {
        SendError::Unreadable { to: self.to.clone(), reason }
    }
}

/// What the connection bounds depends on the version of HTTP.
fn check_head(headers: &HeaderMap, to: &str) -> Result<(), SendError> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    match headers.len() > MOST_HEADERS || size > LARGEST_HEAD {
        true => Err(SendError::LargeHead { to: to.to_owned() }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const LIMIT: u64 = 100_000;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("it is in memory");
        encoder.finish().expect("it is in memory")
    }

    /// The body of an answer, or the error that the answer is.
    async fn read(encoding: &str, body: Vec<u8>) -> Result<Vec<u8>, String> {
        let response = http::Response::builder().header(CONTENT_ENCODING, encoding).body(body).expect("it is valid");
        let answer = Incoming::new(response.into(), "a.example:443".to_owned(), None);
        let mut answer = answer.map_err(|error| error.to_string())?;
        assert!(!answer.headers.contains_key(CONTENT_ENCODING));
        answer.body(LIMIT).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_compressed_answer_is_read_as_what_was_compressed() {
        let text: Vec<u8> = (0..LIMIT).map(|at| at.to_le_bytes()[0]).collect();
        for encoding in ["gzip", "x-gzip", "GZIP"] {
            assert_eq!(read(encoding, gzip(&text)).await.as_ref(), Ok(&text), "{encoding}");
        }
        assert_eq!(read("identity", b"plain".to_vec()).await, Ok(b"plain".to_vec()));
        assert_eq!(read("gzip", [gzip(b"two "), gzip(b"members")].concat()).await, Ok(b"two members".to_vec()));
        assert_eq!(read("gzip", Vec::new()).await, Ok(Vec::new()), "the answer to HEAD");
    }

    #[tokio::test]
    async fn an_answer_that_is_compressed_wrongly_is_an_error() {
        let whole = gzip(&[b'x'; 5_000]);
        let mut spoilt = whole.clone();
        let at = spoilt.len() - 5;
        spoilt[at] ^= 1;
        for (encoding, body, words) in [
            ("gzip", whole[..whole.len() - 9].to_vec(), "its gzip is broken"),
            ("gzip", whole[..5].to_vec(), "its gzip is broken"),
            ("gzip", spoilt, "its gzip is broken"),
            ("gzip", b"plain text".to_vec(), "its gzip is broken"),
            ("gzip", gzip(&[0; 200_000]), "is larger than 100000 bytes"),
            ("br", Vec::new(), "it is compressed in a way that the host did not ask for"),
            ("gzip, gzip", Vec::new(), "it is compressed in a way that the host did not ask for"),
        ] {
            let said = read(encoding, body).await.expect_err(words);
            assert!(said.contains(words), "{encoding}: {said}");
        }
    }
}
