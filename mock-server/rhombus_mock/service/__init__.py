"""What a faultless Rhombus is and answers, without any I/O."""
