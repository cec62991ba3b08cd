"""Files that leave Gradus: papers, keys, marks, feedback."""
