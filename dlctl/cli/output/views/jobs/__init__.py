"""Jobs for people and for programs."""
