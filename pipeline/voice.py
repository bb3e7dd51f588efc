"""How a text becomes speech: espeak-ng's own library, called through ctypes."""

from __future__ import annotations

import ctypes
import tempfile
import wave
from pathlib import Path

import espeakng_loader

from give_ld.errors import NotUsable

# Constants of espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_RATE = 1
_POSITION_CHARACTER = 1
_UTF8 = 1
_DONE = 0

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def speak(text: str, out: Path, voice: str = "en-us", words_per_minute: int = 150) -> None:
    """Write `text`, spoken, to `out`: WAV, one channel of 16 bits, at the rate of the voice (22,050 Hz).

    Raises:
        NotUsable: the library does not start, lacks the voice, or cannot speak the text.
    """
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    # The library keeps at most 160 characters of its data's path, so it is given a short one.
    with tempfile.TemporaryDirectory(prefix="voice-") as directory:
        data = Path(directory) / "espeak-ng-data"
        data.symlink_to(espeakng_loader.get_data_path(), target_is_directory=True)
        rate = int(library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, directory.encode(), 0))
        if rate <= 0:
            raise NotUsable("espeak-ng does not start; install the package espeakng-loader again")
        try:
            samples = _synthesise(library, text, voice, words_per_minute)
        finally:
            library.espeak_Terminate()
    with wave.open(str(out), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(samples)


def _synthesise(library: ctypes.CDLL, text: str, voice: str, words_per_minute: int) -> bytes:
    heard = bytearray()

    def keep(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if samples and count > 0:
            heard.extend(ctypes.string_at(samples, 2 * count))
        return _DONE

    callback = _Callback(keep)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != _DONE:
        raise NotUsable(f"espeak-ng has no voice '{voice}'; choose one of its own, such as en-us")
    library.espeak_SetParameter(_RATE, words_per_minute, 0)
    words = text.encode()
    size = ctypes.c_size_t(len(words) + 1)
    failed = library.espeak_Synth(words, size, 0, _POSITION_CHARACTER, 0, _UTF8, None, None)
    if failed != _DONE or not heard:
        raise NotUsable(f"espeak-ng cannot speak the text (code {failed})")
    return bytes(heard)
