"""Tests of Folkhälsodata: what is read, understood and kept."""
