"""Diagrams of networks, in one language: a function named after what it shows returns a figure.

Boxes are layers with weights, in the colour that the part has in every figure; circles work number
by number; lines carry vectors, H numbers each.
"""

from utils.diagrams.encoder_decoder import encoder_decoder
from utils.diagrams.gru import GRU_STEPS, gru, gru_beside_lstm
from utils.diagrams.lstm import LSTM_STEPS, lstm, lstm_chain
from utils.diagrams.pipeline import text_to_probability
from utils.diagrams.reading import chunked_reading, pooled_states
from utils.diagrams.rnn import SEQUENCE_SHAPES, rnn_with_costs, sequence_shapes, unrolled_rnn
from utils.diagrams.stacked import stacked_layers

__all__ = [
    "GRU_STEPS",
    "LSTM_STEPS",
    "SEQUENCE_SHAPES",
    "chunked_reading",
    "encoder_decoder",
    "gru",
    "gru_beside_lstm",
    "lstm",
    "lstm_chain",
    "pooled_states",
    "rnn_with_costs",
    "sequence_shapes",
    "stacked_layers",
    "text_to_probability",
    "unrolled_rnn",
]
