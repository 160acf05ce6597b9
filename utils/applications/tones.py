"""Tones of a simple instrument: they begin softly, die away, and have overtones."""

import numpy as np

_A4, _CONCERT_PITCH = 69, 440.0  # MIDI's number, Hz


def tone(pitch, n_values, rate, *, overtones, decay, fade):
    """One tone as a wave (n_values,), float64.

    pitch: MIDI's number. rate: values a second. overtones: how strong each multiple of the
    frequency is, from the first. decay: how fast it dies away, 1/s. fade: seconds in which it
    begins, and in which it ends, so that nothing clicks.

    >>> wave = tone(69, 200, 8000, overtones=(1,), decay=0, fade=0.001)
    >>> int(abs(np.fft.rfft(wave)).argmax() * 8000 / 200)
    440
    """
    time = np.arange(n_values) / rate
    hertz = _CONCERT_PITCH * 2 ** ((pitch - _A4) / 12)
    fades = np.minimum(1, np.minimum(time, time[::-1]) / fade)
    multiples = enumerate(overtones, 1)
    wave = sum(strength * np.sin(2 * np.pi * n * hertz * time) for n, strength in multiples)
    return fades * np.exp(-decay * time) * wave


def normalized(wave):
    """A wave from -1 to 1; silence stays.

    >>> normalized(np.array([0.0, 0.5, -2.0])).tolist()
    [0.0, 0.25, -1.0]
    """
    return wave / max(1e-9, abs(wave).max(initial=0))
